/// The goals of the server on this machine, measured one after the other, each with a server of its own.
struct GoalsBench: Sendable {
    /// Devices of the runs with and without metrics and log.
    private static let watchedDevices = 200

    /// Takes some six minutes.
    ///
    /// - Parameter onRow: called as soon as a row is known.
    func run(onRow: (GoalRow) -> Void) async throws -> [GoalRow] {
        let sound = try await FleetSound.make()
        Terminal.error("bench: one device talks")
        let (one, word) = try await measure(.talk, devices: 1, seconds: 25, rate: 100, sound)
        guard let alone = one.firstAudio(0.95) else { throw FleetServerFailed() }
        var rows: [GoalRow] = []
        func tell(_ row: GoalRow) {
            rows.append(row)
            onRow(row)
        }
        let added = word.serverAdded.at(0.5)
        tell(
            GoalRow(
                name: "server_added_1_ms", figure: "server-added time, one device", reference: "19 ms",
                goal: "p50 ≤ 5 ms", here: "p50 \(added.shown(1)) ms, first audio p95 \(alone.shown(0)) ms",
                value: added, isMet: added <= 5))
        var talking: FleetReport?
        for goal in GoalRun.all {
            Terminal.error("bench: \(goal.devices == 1 ? "" : "\(goal.devices) devices, ")\(goal.mode.rawValue)")
            let (report, word) = try await measure(
                goal.mode, devices: goal.devices, seconds: goal.seconds, rate: goal.rate, sound)
            if goal.mode == .talk, talking == nil { talking = report }
            for row in goal.rows(report, word, alone) { tell(row) }
        }
        if let talking { tell(try await stalled(beside: talking, sound)) }
        tell(try await watched(sound))
        return rows
    }

    /// The same fleet once more, one device in ten with a model that never answers.
    private func stalled(beside talking: FleetReport, _ sound: FleetSound) async throws -> GoalRow {
        Terminal.error("bench: \(talking.devices) devices, stalled-provider")
        let (report, _) = try await measure(
            .stalledProvider, devices: talking.devices, seconds: 20, rate: 500, sound)
        let delay = (report.firstAudio(0.99) ?? .infinity) - (talking.firstAudio(0.99) ?? 0)
        return GoalRow(
            name: "stalled_delay_ms", figure: "delay by others' stalled provider", reference: "not reached",
            goal: "p99 ≤ 5 ms more", here: "p99 \(delay.shown(1)) ms more, \(report.seen.unanswered) turns lost",
            value: delay, isMet: delay <= 5 && report.seen.unanswered == 0)
    }

    /// Twice with metrics and log and twice without, in turns, because machines drift.
    private func watched(_ sound: FleetSound) async throws -> GoalRow {
        var costs: [Bool: [Double]] = [:]
        for isWatched in [false, true, false, true] {
            Terminal.error("bench: \(Self.watchedDevices) devices, \(isWatched ? "with" : "without") metrics and log")
            let (report, _) = try await measure(
                .talk, devices: Self.watchedDevices, seconds: 15, rate: 500, sound, isWatched: isWatched)
            costs[isWatched, default: []].append((report.serverCPU ?? 0) / Double(max(1, report.seen.frames)))
        }
        let with = (costs[true] ?? []).reduce(0, +)
        let percent = (with / max((costs[false] ?? []).reduce(0, +), .leastNonzeroMagnitude) - 1) * 100
        return GoalRow(
            name: "watching_percent", figure: "metrics and log, 200 talking", reference: "none", goal: "≤ 3 % of CPU",
            here: "\(percent.shown(1)) % more CPU for each frame", value: percent, isMet: percent <= 3)
    }

    private func measure(
        _ mode: FleetMode, devices: Int, seconds: Int, rate: Int, _ sound: FleetSound, isWatched: Bool = false
    ) async throws -> (FleetReport, FleetServer.Word) {
        let options = FleetServer.Options(isWatched: isWatched, isStalled: mode == .stalledProvider)
        let (report, word) = try await FleetServer.run(options) { server in
            try await FleetRun(
                port: server.port, server: server.pid, mode: mode, devices: devices, seconds: seconds, rate: rate,
                sound: sound
            ).run()
        }
        if report.isFleetTheBottleneck { Terminal.error("bench: the fleet itself was the bottleneck of this run") }
        if report.isMachineBusy {
            Terminal.error(
                "bench: others used \(((report.othersCPU ?? 0) * 100).shown(0)) % of a core; measure on a quiet machine"
            )
        }
        return (report, word)
    }
}
