import Flow
import Logging
import Resilience
import Synchronization
import Testing
import VoiceTesting

@Suite struct SuperviseTests {
    private struct Broken: Error {}

    private static let policy: RestartPolicy = {
        var policy = RestartPolicy()
        policy.jitter = 0
        policy.initialDelay = .seconds(1)
        policy.maximumDelay = .seconds(8)
        policy.healthyAfter = .seconds(100)
        return policy
    }()

    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Runs a loop under supervision for `time` and tells when it started, how often it was restarted, and whether the
    /// supervision returned.
    private func run(
        for time: Duration, stop: Bool = false,
        _ body: @escaping @Sendable (_ start: Int, SessionClock) async throws -> Void
    ) -> (starts: [Duration], restarts: [Int], returned: Bool) {
        let simulation = Simulation()
        let clock = SessionClock(simulation.clock)
        let starts = Mutex<[Duration]>([])
        let restarts = Mutex<[Int]>([])
        let returned = Mutex(false)
        let logger = logger
        simulation.start {
            await supervise(
                name: "loop", clock: clock, logger: logger, policy: Self.policy,
                onRestart: { count in restarts.withLock { $0.append(count) } }
            ) {
                let start = starts.withLock {
                    $0.append(clock.now)
                    return $0.count
                }
                try await body(start, clock)
            }
            returned.withLock { $0 = true }
        }
        simulation.advance(by: time)
        if stop { simulation.stop() }
        return (starts.withLock { $0 }, restarts.withLock { $0 }, returned.withLock { $0 })
    }

    @Test func `a failing loop is started again, later and later, and counted`() {
        let result = run(for: .seconds(32)) { _, _ in throw Broken() }
        #expect(result.starts == [0, 1, 3, 7, 15, 23, 31].map { .seconds($0) })
        #expect(result.restarts == Array(1...7))
        #expect(!result.returned)
    }

    @Test func `a loop that ends is not started again`() {
        let result = run(for: .seconds(100)) { start, _ in if start < 3 { throw Broken() } }
        #expect(result.starts.count == 3)
        #expect(result.restarts == [1, 2])
        #expect(result.returned)
    }

    @Test func `after a healthy run the pauses begin anew`() {
        let result = run(for: .seconds(120)) { start, clock in
            if start == 3 { try await clock.sleep(for: .seconds(100)) }
            throw Broken()
        }
        #expect(Array(result.starts.prefix(5)) == [0, 1, 3, 104, 106].map { .seconds($0) })
    }

    @Test func `cancelling ends the loop and the supervision, also in a pause`() {
        let running = run(for: .seconds(1), stop: true) { _, clock in try await clock.sleep(for: .seconds(1000)) }
        #expect(running.returned && running.restarts.isEmpty)
        let pausing = run(for: .milliseconds(500), stop: true) { _, _ in throw Broken() }
        #expect(pausing.returned && pausing.starts.count == 1)
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `no pause is longer than the greatest and none is nothing`(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let policy = RestartPolicy()
        for failures in [1, 2, 5, 9, 40, Int.max] {
            let delay = policy.delay(failures: failures, using: &generator)
            #expect(delay > .zero && delay <= policy.maximumDelay)
        }
    }
}
