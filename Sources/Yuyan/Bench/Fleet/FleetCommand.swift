import ArgumentParser
import FoundationEssentials
import JSON

/// `yuyan fleet`: thousands of virtual devices from one light process.
struct FleetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fleet", abstract: "Let many virtual devices connect, listen or talk, and measure the server.",
        discussion:
            "Without --port it starts a server of its own with stub providers (recognizer 50 ms, model 50 ms and 5 ms a token, voice 30 ms) in a second process and measures that. With --find it doubles the devices until the 95th percentile of the first audio is more than 1.5 times that of one device, then narrows down."
    )

    @Option(name: .long, help: "idle, silence, noise, talk, barge-in, slow-reader, stalled-provider or storm.")
    var mode = FleetMode.talk
    @Option(name: .long, help: "How many devices.")
    var devices = 100
    @Option(name: .long, help: "Seconds that are measured.")
    var seconds = 20
    @Option(name: .long, help: "New connections per second.")
    var rate = 500
    @Option(name: .long, help: "The port of a server that already runs on this machine without tokens.")
    var port: Int?
    @Option(name: .long, help: "Threads that run the voice detector of the server of its own.")
    var detectorThreads = 1
    @Flag(name: .long, help: "Give the server of its own the metrics and the log of serve.")
    var watched = false
    @Flag(name: .long, help: "Find the largest number of devices that is served well.")
    var find = false
    @Flag(name: .long, help: "Print JSON, one line for each run.")
    var json = false
    @Option(name: .long, help: "Write the figures to this file, for --compare.")
    var save: String?
    @Option(name: .long, help: "Compare with the figures of this file.")
    var compare: String?
    @Option(name: .long, help: "Draw the first audio to this SVG file.")
    var svg: String?

    func validate() throws {
        if find, !mode.talks { throw ValidationError("--find needs a mode in which somebody talks") }
        if port != nil, mode == .stalledProvider || watched {
            throw ValidationError("this is done to the fleet's own server, not to the one at --port")
        }
        if svg != nil, !mode.talks { throw ValidationError("--svg draws the wait for answers, so somebody must talk") }
    }

    func run() async throws {
        FileLimit.raise()
        let before = try compare.map { try FigureFile(reading: $0) }
        let sound = try await FleetSound.make()
        let runs: [FleetReport]
        if let port {
            runs = try await measure(port, nil, sound)
        } else {
            let (made, word) = try await FleetServer.run(options) { server in
                try await measure(server.port, server.pid, sound)
            }
            runs = made
            if mode.talks, !json { Terminal.say("server-added time of all turns, ms: \(word.serverAdded)") }
        }
        var figures = FigureFile()
        for run in runs { run.add(to: &figures) }
        if let before { Terminal.say(figures.compared(with: before)) }
        if let save { try figures.write(to: save) }
        if let svg { try FleetPlot(runs).svg.write(toFile: svg, atomically: true, encoding: .utf8) }
    }

    private var options: FleetServer.Options {
        FleetServer.Options(
            detectorThreads: detectorThreads, isWatched: watched, isStalled: mode == .stalledProvider)
    }

    private func measure(_ port: Int, _ server: Int32?, _ sound: FleetSound) async throws -> [FleetReport] {
        var runs: [FleetReport] = []
        func measure(_ count: Int) async throws -> FleetReport {
            let report = try await FleetRun(
                port: port, server: server, mode: mode, devices: count, seconds: seconds, rate: rate, sound: sound
            ).run()
            Terminal.say(json ? report.json.description : report.text)
            runs.append(report)
            return report
        }
        guard find else {
            _ = try await measure(devices)
            return runs
        }
        let alone = try await measure(1)
        guard let limit = alone.firstAudio(0.95).map({ $0 * 1.5 }) else {
            Terminal.error("one device got no answer")
            throw ExitCode.failure
        }
        var search = FleetSearch(first: devices)
        while let count = search.next {
            let report = try await measure(count)
            search.note(
                count,
                isGood: report.seen.unanswered == 0 && report.seen.lost == 0
                    && (report.firstAudio(0.95) ?? .infinity) <= limit)
        }
        Terminal.say(
            "\(mode.rawValue): devices with p95 of the first audio within 1.5 of one device (\(Int(limit)) ms): \(search.good)"
        )
        return runs
    }
}
