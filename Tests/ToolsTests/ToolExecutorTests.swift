import Flow
import JSON
import Synchronization
import Testing
import Tools
import VoiceAPI
import VoiceTesting

/// Calls run side by side and bounded, in simulated time.
@Suite struct ToolExecutorTests {
    private final class Outcome: Sendable {
        let results = Mutex<[String]?>(nil)
        var texts: [String] { results.withLock { $0 ?? [] } }
        var isThere: Bool { results.withLock { $0 != nil } }
    }

    /// Starts the calls; they go on as the simulation does.
    private func start(
        _ calls: [(name: String, arguments: String)], _ tools: [any Tool], _ simulation: Simulation,
        timeout: Duration = .seconds(30), jobs: ToolJobs? = nil
    ) -> Outcome {
        let outcome = Outcome()
        let executor = ToolExecutor(
            registry: ToolRegistry(tools), clock: SessionClock(simulation.clock), defaultTimeout: timeout, jobs: jobs)
        let calls = calls.enumerated().map { ToolCall(id: "\($0)", name: $1.name, arguments: $1.arguments) }
        simulation.start {
            let results = (try? await executor.run(calls, in: .test)) ?? [.failure("thrown")]
            outcome.results.withLock { $0 = results.map { "\($0)" } }
        }
        simulation.settle()
        return outcome
    }

    @Test(arguments: [
        (#"{"volume":50}"#, #"inform("50")"#), (#"{"volume":"50"}"#, #"inform("50")"#),
        (#"{"volume":101}"#, "wrong arguments: volume: must be at most 100"),
        ("", #"wrong arguments: \"volume\" is required"#), ("[1]", "the arguments are not a JSON object"),
        (#"{"volume":"#, "the arguments are not a JSON object"), (#"{}{"volume":7}"#, #"inform("7")"#),
        (#"{"volume":[[[[[["#, "the arguments are not a JSON object"),
    ])
    func `arguments reach the tool only when they fit its schema`(arguments: String, words: String) throws {
        let tool = ListedTool(
            name: "set",
            parameters: [
                "type": "object", "required": ["volume"],
                "properties": ["volume": ["type": "integer", "minimum": 0, "maximum": 100]],
            ]
        ) { .inform("\($0["volume"]?.integer ?? -1)") }
        let outcome = start([("set", arguments)], [tool], Simulation())
        #expect(try #require(outcome.texts.first).contains(words))
    }

    @Test func `calls run side by side, and the results keep the order of the calls`() {
        let simulation = Simulation()
        let clock = SessionClock(simulation.clock)
        let tools = [3, 1, 2].map { seconds in
            ListedTool(name: "wait\(seconds)") { _ in
                try await clock.sleep(for: .seconds(seconds))
                return .inform("\(seconds)")
            }
        }
        let outcome = start([("wait3", "{}"), ("wait1", "{}"), ("wait2", "{}")], tools, simulation)
        simulation.advance(by: .milliseconds(2999))
        #expect(!outcome.isThere)
        simulation.advance(by: .milliseconds(1))
        #expect(outcome.texts == [#"inform("3")"#, #"inform("1")"#, #"inform("2")"#])
        simulation.stop()
    }

    @Test func `a tool that hangs is given up at its own time, else at the common one`() {
        let simulation = Simulation()
        let hang: @Sendable (JSON) async throws -> ToolResult = { _ in
            await Latch().wait()
            throw CancellationError()
        }
        let tools = [
            ListedTool(name: "quick", policy: ToolPolicy(timeout: .seconds(2)), work: hang),
            ListedTool(name: "common", work: hang),
        ]
        let quick = start([("quick", "{}")], tools, simulation)
        let common = start([("common", "{}")], tools, simulation)
        simulation.advance(by: .seconds(2))
        #expect(quick.texts.first?.contains("failure") == true)
        #expect(quick.texts.first?.contains("no result within") == true)
        #expect(!common.isThere)
        simulation.advance(by: .seconds(28))
        #expect(common.texts.first?.contains("failure") == true)
        simulation.stop()
    }

    @Test func `one that fails, is unknown or too long harms no other call`() throws {
        struct Broken: Error {}
        let tools = [
            ListedTool(name: "broken") { _ in throw Broken() }, ListedTool(name: "good") { _ in .inform("fine") },
            ListedTool(name: "big") { _ in .inform(String(repeating: "x", count: 10 << 20)) },
        ]
        let texts = start(
            [("broken", "{}"), ("good", "{}"), (String(repeating: "n", count: 1000), "{}"), ("big", "{}")], tools,
            Simulation()
        ).texts
        try #require(texts.count == 4)
        #expect(texts[0] == #"failure("Broken()")"#)
        #expect(texts[1] == #"inform("fine")"#)
        #expect(texts[2].hasPrefix(#"failure("there is no tool named nnn"#) && texts[2].count < 120)
        #expect(texts[3].hasSuffix(#"[the result was longer and is cut here]")"#) && texts[3].count < 17_000)
    }

    @Test func `more calls than a round may have are refused, the first ones run`() throws {
        let counted = Counter()
        let tool = ListedTool(name: "one") { _ in
            counted.add()
            return .silent
        }
        let texts = start(Array(repeating: ("one", "{}"), count: 20), [tool], Simulation()).texts
        #expect(counted.value == ToolExecutor.callsPerRound)
        #expect(texts.suffix(4).allSatisfy { $0.contains("too many calls at once") })
    }

    @Test func `calls that outlive their turns are as many as may be, and a place becomes free again`() {
        let simulation = Simulation()
        let gate = Latch()
        let jobs = ToolJobs { work in
            simulation.start(work)
            return true
        }
        let tool = ListedTool(name: "transfer", policy: ToolPolicy(isInterruptible: false)) { _ in
            await gate.wait()
            return .inform("sent")
        }
        func ask(_ count: Int) -> Outcome {
            start(Array(repeating: ("transfer", "{}"), count: count), [tool], simulation, jobs: jobs)
        }
        let rounds = (0..<ToolJobs.limit / ToolExecutor.callsPerRound).map { _ in ask(ToolExecutor.callsPerRound) }
        let refused = ask(1)
        #expect(refused.texts.first?.contains("32 calls are still running for this device") == true)
        #expect(rounds.allSatisfy { !$0.isThere })
        gate.open()
        simulation.settle()
        #expect(rounds.flatMap(\.texts) == Array(repeating: #"inform("sent")"#, count: ToolJobs.limit))
        #expect(ask(1).texts == [#"inform("sent")"#])
        simulation.stop()
    }

    private final class Counter: Sendable {
        private let count = Mutex(0)
        var value: Int { count.withLock { $0 } }
        func add() { count.withLock { $0 += 1 } }
    }
}
