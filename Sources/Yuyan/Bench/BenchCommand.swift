import ArgumentParser
import Conversation
import Inference
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

    func run() async throws {
        Terminal.error("bench: \(turns) turns, about \(turns * 4) seconds")
        let reports = try await TurnBench(turns: turns).run()
        let added = reports.compactMap(TurnBench.serverAdded).map(Self.milliseconds).sorted()
        let wait = reports.compactMap { report -> Double? in
            guard let voice = report.timeline.lastVoice, let end = report.timeline.endpoint else { return nil }
            return Self.milliseconds(end - voice)
        }.sorted()
        Terminal.say("server-added time per turn, ms:     \(Self.summary(added))")
        Terminal.say("wait for the end of speech, ms:     \(Self.summary(wait))  (configured: \(TurnBench.silence))")
        for batch in [1, 32] {
            let cost = try await DetectorBench(batch: batch).run()
            let (low, median, high) = cost.ratio
            Terminal.say(
                "voice activity, batch of \(batch), µs a window: \(Self.rounded(cost.engine)), the C library alone \(Self.rounded(cost.bare)); ratio \(Self.rounded(median)) (\(Self.rounded(low)) to \(Self.rounded(high)))"
            )
        }
        if let resident = ResidentMemory.megabytes { Terminal.say("resident memory of this process, MB: \(resident)") }
    }

    private static func rounded(_ value: Double) -> Double { (value * 100).rounded() / 100 }
    private static func milliseconds(_ duration: Duration) -> Double { duration / .milliseconds(1) }

    private static func summary(_ sorted: [Double]) -> String {
        guard !sorted.isEmpty else { return "nothing measured" }
        func at(_ share: Double) -> Double {
            let index = min(sorted.count - 1, Int((Double(sorted.count) * share).rounded(.down)))
            return (sorted[index] * 10).rounded() / 10
        }
        return "p50 \(at(0.5))  p95 \(at(0.95))  p99 \(at(0.99))  max \(at(1))  n \(sorted.count)"
    }
}
