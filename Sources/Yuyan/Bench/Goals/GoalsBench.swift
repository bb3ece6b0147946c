/// The goals of the server on this machine, measured one after the other, each with a server of its own.
struct GoalsBench: Sendable {
    /// Takes some three minutes.
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
        for goal in GoalRun.all {
            Terminal.error("bench: \(goal.devices == 1 ? "" : "\(goal.devices) devices, ")\(goal.mode.rawValue)")
            let (report, word) = try await measure(
                goal.mode, devices: goal.devices, seconds: goal.seconds, rate: goal.rate, sound)
            if report.isFleetTheBottleneck { Terminal.error("bench: the fleet itself was the bottleneck of this run") }
            for row in goal.rows(report, word, alone) { tell(row) }
        }
        return rows
    }

    private func measure(
        _ mode: FleetMode, devices: Int, seconds: Int, rate: Int, _ sound: FleetSound
    ) async throws -> (FleetReport, FleetServer.Word) {
        try await FleetServer.run { server in
            try await FleetRun(
                port: server.port, server: server.pid, mode: mode, devices: devices, seconds: seconds, rate: rate,
                sound: sound
            ).run()
        }
    }
}
