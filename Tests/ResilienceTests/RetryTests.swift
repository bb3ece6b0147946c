import Flow
import Resilience
import Synchronization
import Testing
import VoiceAPI
import VoiceTesting

@Suite struct RetryTests {
    private static func error(_ code: ProviderError.Code, retryAfter: Duration? = nil) -> ProviderError {
        ProviderError(code, provider: "A", message: "no", retryAfter: retryAfter)
    }

    private static let exact: RetryPolicy = {
        var policy = RetryPolicy()
        policy.jitter = 0
        policy.usefulFor = .seconds(60)
        return policy
    }()

    private func delay(
        _ policy: RetryPolicy, _ error: ProviderError, tries: Int = 1, elapsed: Duration = .zero, seed: UInt64 = 1
    ) -> Duration? {
        var generator = SeededGenerator(seed: seed)
        return policy.delay(after: error, tries: tries, elapsed: elapsed, using: &generator)
    }

    @Test func `the pauses are 1, 2 and 4 seconds, then it gives up`() {
        let pauses = (1...4).map { delay(Self.exact, Self.error(.unavailable), tries: $0) }
        #expect(pauses == [.seconds(1), .seconds(2), .seconds(4), nil])
    }

    @Test(arguments: [
        (ProviderError.Code.unavailable, true, false), (.timedOut, true, false), (.invalidResponse, true, false),
        (.rateLimited, true, true), (.overloaded, true, true), (.unauthorized, false, false),
        (.invalidRequest, false, false), (.cancelled, false, false),
    ])
    func `only what may mend itself and does no harm is tried again`(
        code: ProviderError.Code, repeatable: Bool, onlyIfRefused: Bool
    ) {
        var careful = Self.exact
        careful.safety = .onlyIfRefused
        #expect((delay(Self.exact, Self.error(code)) != nil) == repeatable)
        #expect((delay(careful, Self.error(code)) != nil) == onlyIfRefused)
    }

    @Test func `the service's word is a lower limit and never beats the person's patience`() {
        #expect(delay(Self.exact, Self.error(.rateLimited, retryAfter: .seconds(3))) == .seconds(3))
        #expect(delay(Self.exact, Self.error(.rateLimited, retryAfter: .milliseconds(10))) == .seconds(1))
        #expect(delay(Self.exact, Self.error(.rateLimited, retryAfter: .seconds(60))) == nil)
        var waiting = RetryPolicy()
        waiting.jitter = 0
        #expect(delay(waiting, Self.error(.unavailable), tries: 2, elapsed: .milliseconds(3_999)) == .seconds(2))
        #expect(delay(waiting, Self.error(.unavailable), tries: 2, elapsed: .seconds(4)) == nil)
    }

    @Test(arguments: 0..<50 as Range<UInt64>)
    func `jitter spreads the pauses within its bounds`(seed: UInt64) throws {
        var policy = Self.exact
        policy.jitter = 0.25
        let pause = try #require(delay(policy, Self.error(.unavailable), tries: 3, seed: seed))
        #expect(pause >= .seconds(3) && pause <= .seconds(5))
        #expect(pause != delay(policy, Self.error(.unavailable), tries: 3, seed: seed + 1))
    }

    @Test func `a call is made again until it succeeds`() {
        let simulation = Simulation()
        let clock = SessionClock(simulation.clock)
        let tries = Mutex<[Duration]>([])
        let answer = Mutex<Int?>(nil)
        simulation.start {
            let value = try? await withRetries(Self.exact, clock: clock) { () throws(ProviderError) -> Int in
                let count = tries.withLock {
                    $0.append(clock.now)
                    return $0.count
                }
                if count < 3 { throw Self.error(.unavailable) }
                return 7
            }
            answer.withLock { $0 = value }
        }
        simulation.advance(by: .seconds(10))
        #expect(tries.withLock { $0 } == [.zero, .seconds(1), .seconds(3)])
        #expect(answer.withLock { $0 } == 7)
    }

    @Test func `cancelling during a pause ends it as cancelled`() {
        let simulation = Simulation()
        let clock = SessionClock(simulation.clock)
        let tries = Mutex(0)
        let code = Mutex<ProviderError.Code?>(nil)
        simulation.start {
            do throws(ProviderError) {
                try await withRetries(Self.exact, clock: clock) { () throws(ProviderError) in
                    tries.withLock { $0 += 1 }
                    throw Self.error(.unavailable)
                }
            } catch {
                code.withLock { $0 = error.code }
            }
        }
        simulation.advance(by: .milliseconds(500))
        simulation.stop()
        #expect(code.withLock { $0 } == .cancelled)
        #expect(tries.withLock { $0 } == 1)
    }
}
