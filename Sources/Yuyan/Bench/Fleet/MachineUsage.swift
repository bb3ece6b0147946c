import FoundationEssentials

/// What all processes of this machine together have computed, as the kernel counts it.
enum MachineUsage {
    /// Seconds of all cores that were neither idle nor waiting for a disk, stolen ones included; nil where there is no
    /// /proc.
    static var busySeconds: Double? {
        guard let data = FileManager.default.contents(atPath: "/proc/stat"),
            let line = String(decoding: data, as: UTF8.self).split(separator: "\n").first
        else { return nil }
        // cpu user nice system idle iowait irq softirq steal, in 1/100 s on every Linux.
        let fields = line.split(separator: " ").dropFirst().compactMap { Double($0) }
        guard fields.count >= 8 else { return nil }
        return (fields[..<8].reduce(0, +) - fields[3] - fields[4]) / 100
    }
}
