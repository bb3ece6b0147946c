import JSON

/// The figures of one run.
struct FleetReport: Sendable {
    var mode: FleetMode
    var devices: Int
    var failed = 0
    var seen = FleetTally.Snapshot()
    /// From the first connection to the last hello.
    var connectSeconds = 0.0
    /// Cores used, 1 is one core.
    var serverCPU: Double?
    var fleetCPU = 0.0
    /// What everybody else on this machine used, kernel work for the network included.
    var othersCPU: Double?
    var serverResident: Int?
    var bytesPerDevice: Int?
    /// Threads of the server at the end less those before the fleet came.
    var threadsMore: Int?

    init(mode: FleetMode, devices: Int) {
        self.mode = mode
        self.devices = devices
    }

    /// Milliseconds; nil when nothing was measured.
    func firstAudio(_ share: Double) -> Double? { Self.quantile(seen.firstAudio, share) }

    /// Milliseconds from connecting to the server's hello.
    func greeting(_ share: Double) -> Double? { Self.quantile(seen.greetingTimes, share) }

    /// Milliseconds from an interrupting voice to the end of the answer.
    func interruption(_ share: Double) -> Double? { Self.quantile(seen.interruptions, share) }

    /// Share of downlink frames that came more than 65 ms after the one before, in percent.
    var lateShare: Double? {
        seen.gaps.isEmpty ? nil : 100 * Double(seen.gaps.count { $0 > 65 }) / Double(seen.gaps.count)
    }

    /// The measuring program itself was short of CPU: its figures are too high.
    var isFleetTheBottleneck: Bool { fleetCPU > 0.85 }

    /// Somebody else took much of this machine: the figures say little about the server.
    var isMachineBusy: Bool { (othersCPU ?? 0) > 0.3 }

    static func quantile(_ values: [Double], _ share: Double) -> Double? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        return sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
    }

    var text: String {
        func number(_ value: Double?, _ digits: Double = 10) -> String {
            value.map { "\(($0 * digits).rounded() / digits)" } ?? "-"
        }
        var lines = [
            "\(mode.rawValue): \(devices) devices, \(seen.greeted) greeted, \(failed + seen.refused) refused or failed, \(seen.lost) lost"
        ]
        if mode == .storm {
            lines.append(
                "  new connections with hello: \(number(Double(seen.greeted) / max(connectSeconds, 0.001))) a second, hello p50 \(number(greeting(0.5))) ms, p99 \(number(greeting(0.99))) ms"
            )
        }
        if mode.talks {
            lines.append(
                "  turns \(seen.turns), unanswered \(seen.unanswered); first audio ms p50 \(number(firstAudio(0.5))) p95 \(number(firstAudio(0.95))) p99 \(number(firstAudio(0.99))) max \(number(firstAudio(1)))"
            )
            lines.append(
                "  frames \(seen.frames), over 65 ms apart: \(number(lateShare, 1000)) %")
        }
        if mode == .bargeIn {
            lines.append(
                "  interruptions \(seen.interruptions.count); from the voice to silence ms p50 \(number(interruption(0.5))) p95 \(number(interruption(0.95))) p99 \(number(interruption(0.99)))"
            )
        }
        if mode == .slowReader { lines.append("  devices that read nothing: \(seen.slow)") }
        lines.append(
            "  server: \(number(serverCPU.map { $0 * 100 })) % of a core, \(serverResident.map { $0 >> 20 } ?? 0) MB, \(number(bytesPerDevice.map { Double($0) / 1024 })) KB a device; this fleet: \(number(fleetCPU * 100)) % of a core\(isFleetTheBottleneck ? " (it was itself the bottleneck)" : ""); others: \(number(othersCPU.map { $0 * 100 })) %\(isMachineBusy ? " (the machine is busy, measure again)" : "")"
        )
        return lines.joined(separator: "\n")
    }

    var json: JSON {
        func number(_ value: Double?) -> JSON { value.map { .number($0) } ?? .null }
        return [
            "mode": .string(mode.rawValue), "devices": .integer(Int64(devices)),
            "greeted": .integer(Int64(seen.greeted)), "failed": .integer(Int64(failed + seen.refused)),
            "lost": .integer(Int64(seen.lost)), "turns": .integer(Int64(seen.turns)),
            "unanswered": .integer(Int64(seen.unanswered)), "frames": .integer(Int64(seen.frames)),
            "first_audio_p50_ms": number(firstAudio(0.5)), "first_audio_p95_ms": number(firstAudio(0.95)),
            "first_audio_p99_ms": number(firstAudio(0.99)), "first_audio_max_ms": number(firstAudio(1)),
            "interruptions": .integer(Int64(seen.interruptions.count)),
            "interruption_p50_ms": number(interruption(0.5)), "interruption_p95_ms": number(interruption(0.95)),
            "frames_late_percent": number(lateShare),
            "connections_per_second": number(connectSeconds > 0 ? Double(seen.greeted) / connectSeconds : nil),
            "server_cores": number(serverCPU), "fleet_cores": .number(fleetCPU),
            "server_resident_bytes": serverResident.map { .integer(Int64($0)) } ?? .null,
            "bytes_per_device": bytesPerDevice.map { .integer(Int64($0)) } ?? .null,
            "others_cores": number(othersCPU), "machine_was_busy": .bool(isMachineBusy),
            "fleet_was_bottleneck": .bool(isFleetTheBottleneck),
        ]
    }

    /// Every number under a name that tells mode and size.
    func add(to figures: inout FigureFile) {
        for member in json.object ?? [:]
        where !["mode", "devices", "fleet_was_bottleneck", "machine_was_busy"].contains(member.key) {
            figures.add("\(mode.rawValue)_\(devices).\(member.key)", member.value.double)
        }
    }
}
