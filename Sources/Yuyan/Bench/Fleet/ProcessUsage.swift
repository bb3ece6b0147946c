import FoundationEssentials

/// CPU time and memory of a process, as the kernel counts them.
struct ProcessUsage: Sendable {
    /// Seconds of user and system time since its start.
    var cpu: Double
    /// Resident bytes.
    var resident: Int
    var threads: Int

    /// - Parameter pid: nil for this process.
    /// - Returns: nil where there is no /proc or no such process.
    static func read(_ pid: Int32? = nil) -> ProcessUsage? {
        let folder = "/proc/\(pid.map(String.init) ?? "self")"
        guard let stat = FileManager.default.contents(atPath: "\(folder)/stat"),
            let status = FileManager.default.contents(atPath: "\(folder)/status")
        else { return nil }
        // The name in brackets may hold spaces; the fields begin behind it. Ticks are 1/100 s on every Linux.
        let text = String(decoding: stat, as: UTF8.self)
        guard let bracket = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: bracket)...].split(separator: " ")
        guard fields.count > 13, let user = Double(fields[11]), let system = Double(fields[12]) else { return nil }
        let lines = String(decoding: status, as: UTF8.self).split(separator: "\n")
        func number(_ name: String) -> Int {
            let line = lines.first { $0.hasPrefix(name) }
            return line?.split(whereSeparator: \.isWhitespace).compactMap { Int($0) }.first ?? 0
        }
        return ProcessUsage(
            cpu: (user + system) / 100, resident: number("VmRSS") * 1024, threads: number("Threads"))
    }
}
