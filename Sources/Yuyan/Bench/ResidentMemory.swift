import FoundationEssentials

/// What the kernel says this process holds.
enum ResidentMemory {
    /// nil where there is no /proc.
    static var megabytes: Int? {
        guard let data = FileManager.default.contents(atPath: "/proc/self/status"),
            let line = String(decoding: data, as: UTF8.self).split(separator: "\n").first(where: {
                $0.hasPrefix("VmRSS")
            })
        else { return nil }
        return line.split(separator: " ").compactMap { Int($0) }.first.map { $0 / 1024 }
    }
}
