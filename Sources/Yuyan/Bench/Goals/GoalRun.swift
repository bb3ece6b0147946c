/// One run of the fleet and the rows it gives.
struct GoalRun: Sendable {
    var mode: FleetMode
    var devices: Int
    var seconds: Int
    /// New connections per second.
    var rate: Int
    /// - Parameters:
    ///   - report: of this run.
    ///   - word: what the server measured meanwhile.
    ///   - alone: the 95th percentile of the first audio of one device, ms.
    var rows: @Sendable (_ report: FleetReport, _ word: FleetServer.Word, _ alone: Double) -> [GoalRow]

    /// The table of issue 5, in the order of the runs. One device alone is measured before them.
    static let all: [GoalRun] = [
        GoalRun(mode: .idle, devices: 10_000, seconds: 10, rate: 1500) { report, _, _ in
            let megabytes = Double(report.serverResident ?? 0) / 1_048_576
            let cpu = (report.serverCPU ?? 0) * 100
            let kilobytes = Double(report.bytesPerDevice ?? 0) / 1024
            let holds = report.seen.greeted == report.devices && report.seen.lost == 0
            return [
                GoalRow(
                    name: "idle_cpu_percent", figure: "10,000 idle connections",
                    reference: "700: 28 % CPU, 355 MB", goal: "≤ 5 % CPU, ≤ 400 MB",
                    here: "\(report.seen.greeted): \(cpu.shown(1)) % CPU, \(megabytes.shown(0)) MB", value: cpu,
                    isMet: holds && cpu <= 5 && megabytes <= 400),
                GoalRow(
                    name: "idle_kilobytes", figure: "memory of an idle connection", reference: "272 KB, 4 threads",
                    goal: "≤ 25 KB, 0 threads",
                    here: "\(kilobytes.shown(1)) KB, \(report.threadsMore ?? 0) threads for all", value: kilobytes,
                    isMet: kilobytes <= 25 && (report.threadsMore ?? 0) <= 0),
            ]
        },
        GoalRun(mode: .storm, devices: 1, seconds: 5, rate: 4000) { report, _, _ in
            let rate = Double(report.seen.greeted) / max(report.connectSeconds, 0.001)
            return [
                GoalRow(
                    name: "connections_per_second", figure: "new connections with hello", reference: "70 to 102 /s",
                    goal: "≥ 2,000 /s",
                    here:
                        "\(rate.shown(0)) /s, hello p50 \((report.greeting(0.5) ?? 0).shown(1)) ms, p99 \((report.greeting(0.99) ?? 0).shown(1)) ms",
                    value: rate, isMet: rate >= 2000)
            ]
        },
        listening(.noise, 1000, name: "noise_devices", figure: "devices that stream noise"),
        listening(.silence, 3000, name: "silence_devices", figure: "devices that stream DTX silence"),
        GoalRun(mode: .talk, devices: 300, seconds: 20, rate: 500) { report, word, _ in
            let late = report.lateShare ?? 100
            let (median, worst) = (word.serverAdded.at(0.5), word.serverAdded.at(0.99))
            return [
                GoalRow(
                    name: "late_frames_percent", figure: "frames over 65 ms apart, 300 talking",
                    reference: "p99 84 to 147 ms at 40 to 50", goal: "≤ 0.1 %", here: "\(late.shown(3)) %", value: late,
                    isMet: late <= 0.1),
                GoalRow(
                    name: "server_added_300_ms", figure: "server-added time, 300 talking", reference: "not reached",
                    goal: "p50 ≤ 10, p99 ≤ 30 ms", here: "p50 \(median.shown(1)), p99 \(worst.shown(1)) ms",
                    value: median, isMet: median <= 10 && worst <= 30),
            ]
        },
        GoalRun(mode: .talk, devices: 600, seconds: 20, rate: 500) { report, _, alone in
            let first = report.firstAudio(0.95) ?? .infinity
            return [
                GoalRow(
                    name: "conversation_first_audio_ms", figure: "600 devices in conversation",
                    reference: "45; 62 at best", goal: "p95 ≤ \((alone * 1.5).shown(0)) ms (1.5 of one)",
                    here: "p95 \(first.shown(0)) ms, \(report.seen.unanswered) of \(report.seen.turns) turns lost",
                    value: first,
                    isMet: first <= alone * 1.5 && report.seen.unanswered == 0 && report.seen.lost == 0)
            ]
        },
    ]

    /// Held: all stay, and the ten of them that talk are answered as fast as one alone, or nearly.
    private static func listening(_ mode: FleetMode, _ devices: Int, name: String, figure: String) -> GoalRun {
        GoalRun(mode: mode, devices: devices, seconds: 12, rate: 500) { report, _, alone in
            let first = report.firstAudio(0.95) ?? .infinity
            let holds = report.seen.greeted == devices && report.seen.lost == 0 && report.seen.unanswered == 0
            return [
                GoalRow(
                    name: name, figure: figure, reference: "100 to 125",
                    goal: mode == .noise ? "≥ 1,000" : "≥ 3,000",
                    here:
                        "\(report.seen.greeted), \(((report.serverCPU ?? 0) * 100).shown(0)) % of a core, first audio p95 \(first.shown(0)) ms",
                    value: first, isMet: holds && first <= alone * 1.5)
            ]
        }
    }
}

extension Double {
    /// For reading, with so many places after the point.
    func shown(_ places: Int) -> String {
        guard isFinite else { return "-" }
        let factor = (0..<places).reduce(1.0) { power, _ in power * 10 }
        let value = (self * factor).rounded() / factor
        return places == 0 ? "\(Int(value))" : "\(value)"
    }
}
