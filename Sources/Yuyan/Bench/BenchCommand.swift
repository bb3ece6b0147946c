import ArgumentParser
import Conversation
import Inference
import JSON
import VoiceAPI

/// `yuyan bench`: what this machine does, with stub providers of known delays, so that only the server is measured.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measure this machine.",
        discussion:
            "Turns run over a real WebSocket with the real Silero detector and Opus; recognizer, model and voice are stubs that take a known time."
    )

    @Option(name: .long, help: "Turns to measure.")
    var turns = 20

    @Option(name: .long, help: "What to measure: all, goals, turns, tools or music.")
    var part = BenchPart.all

    @Option(name: .long, help: "A folder of songs for the music figure; without it a WAV file is made.")
    var music: String?

    @Option(name: .long, help: "Write the figures of the goals to this file, for --compare.")
    var save: String?
    @Option(name: .long, help: "Compare the goals with the figures of this file.")
    var compare: String?
    @Flag(name: .long, help: "Print the goals as JSON, one line each.")
    var json = false

    func run() async throws {
        FileLimit.raise()
        let before = try compare.map { try FigureFile(reading: $0) }
        if part == .all || part == .goals { try await measureGoals(before) }
        if part == .all || part == .turns { try await measureTurns() }
        if part == .all || part == .tools { try await measureTools() }
        if part == .all || part == .music { try await measureMusic() }
        if let resident = ResidentMemory.megabytes { Terminal.say("resident memory of this process, MB: \(resident)") }
    }

    private func measureGoals(_ before: FigureFile?) async throws {
        Terminal.error("bench: the goals, about six minutes")
        if !json { Terminal.say(GoalTable.head) }
        let rows = try await GoalsBench().run { Terminal.say(json ? $0.json.description : GoalTable.text($0)) }
        var figures = FigureFile()
        for row in rows { figures.add(row.name, row.value) }
        if let before { Terminal.say(figures.compared(with: before)) }
        if let save { try figures.write(to: save) }
    }

    private func measureTools() async throws {
        let bench = ToolsBench()
        Terminal.say("tool dispatch, no-op tool, µs:      \(try await bench.dispatch())  (goal: p50 300)")
        let (one, many) = (bench.turn(tools: 1), bench.turn(tools: 200))
        Terminal.say("200 tools, nothing changed, µs:     \(many.kept)")
        Terminal.say("200 tools, named anew, µs:          \(many.anew)")
        Terminal.say("200 tools, written as JSON, µs:     \(many.written)")
        Terminal.say("1 tool, named anew, µs:             \(one.anew)")
        let (usual, worst) = (
            many.kept.median + many.written.median - one.kept.median - one.written.median,
            many.anew.median + many.written.median - one.anew.median - one.written.median
        )
        Terminal.say(
            "200 tools add to a turn, µs:        \(Int(usual.rounded())), and \(Int(worst.rounded())) when a tool came or went  (goal: 1000)"
        )
    }

    private func measureMusic() async throws {
        Terminal.error("bench: \(MusicBench.listeners) devices listen to music, about 30 seconds")
        let result = try await MusicBench(folder: music).run()
        Terminal.say("music, % of a core for each device: \(result.share)  (goal: 0.5)")
        Terminal.say("music, seconds sent each second:    \((result.pace * 1000).rounded() / 1000)")
    }

    private func measureTurns() async throws {
        Terminal.error("bench: \(turns) turns, about \(turns * 4) seconds")
        let reports = try await TurnBench(turns: turns).run()
        let added = reports.compactMap(TurnBench.serverAdded).map(Self.milliseconds)
        let wait = reports.compactMap { report -> Double? in
            guard let voice = report.timeline.lastVoice, let end = report.timeline.endpoint else { return nil }
            return Self.milliseconds(end - voice)
        }
        Terminal.say("server-added time per turn, ms:     \(Spread(added))")
        Terminal.say("wait for the end of speech, ms:     \(Spread(wait))  (configured: \(TurnBench.silence))")
        for batch in [1, 4, 16] {
            let cost = try await DetectorBench(batch: batch).run()
            let (low, median, high) = cost.ratio
            Terminal.say(
                "voice activity, batch of \(batch), µs a window: \(Self.rounded(cost.engine)), the C kernel alone \(Self.rounded(cost.bare)); ratio \(Self.rounded(median)) (\(Self.rounded(low)) to \(Self.rounded(high)))"
            )
        }
        let delays = try await DetectorBench.delays(streams: 1000)
        Terminal.say("voice activity, delay with 1000 streams, ms: \(delays)  (goal: p99 3)")
    }

    private static func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
    private static func milliseconds(_ duration: Duration) -> Double { duration / .milliseconds(1) }
}

/// The figures of `yuyan bench` that can be had alone.
enum BenchPart: String, ExpressibleByArgument, CaseIterable {
    case all, goals, turns, tools, music
}
