import Resilience
import Testing
import VoiceTesting

/// What must hold for any sequence of calls, however they overlap.
@Suite struct CircuitBreakerPropertyTests {
    private struct Running {
        let permit: CircuitBreaker.Permit
        let begun: CircuitBreaker.Status
        /// How often the state had changed by then.
        let changes: Int
    }

    @Test(arguments: 0..<100)
    func `an open breaker lets nobody pass, a half open one few, and none stays shut for ever`(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        var policy = BreakerPolicy()
        policy.windowSize = Int.random(in: 1...12, using: &generator)
        policy.minimumCalls = Int.random(in: 1...8, using: &generator)
        policy.probes = Int.random(in: 1...4, using: &generator)
        policy.failureRate = Double.random(in: 0.2...1, using: &generator)
        var breaker = CircuitBreaker(policy: policy)
        var now = Duration.zero
        var running: [Running] = []
        var opened: Duration?
        var longestPause = policy.openDuration
        var changes = 0

        for _ in 0..<2_000 {
            let before = breaker.status(at: now)
            switch Int.random(in: 0..<10, using: &generator) {
            case 0..<4:
                let permit = breaker.admit(at: now)
                switch before {
                case .closed: #expect(permit != nil)
                case .open: #expect(permit == nil)
                case .halfOpen: break
                }
                if let permit {
                    running.append(Running(permit: permit, begun: before, changes: changes))
                }
            case 4..<8 where !running.isEmpty:
                let call = running.remove(at: Int.random(in: 0..<running.count, using: &generator))
                let outcome =
                    [CallOutcome.success, .success, .failure, .unauthorized, .neutral]
                    .randomElement(using: &generator) ?? .success
                let slow = Int.random(in: 0..<6, using: &generator) == 0
                breaker.record(call.permit, outcome, duration: slow ? .seconds(9) : .zero, at: now)
                let after = breaker.status(at: now)
                if after == .open, before != .open {
                    opened = now
                    longestPause = outcome == .unauthorized ? policy.unauthorizedPause : policy.openDuration
                }
                // Good news alone never opens it, and only a good probe closes it.
                if outcome == .neutral { #expect(after == before) }
                if before == .halfOpen, after == .closed {
                    #expect(outcome == .success && !slow && call.begun == .halfOpen)
                }
                if before == .open { #expect(after == .open) }
                if after != before { changes += 1 }
            default:
                now += .seconds(Int.random(in: 0...20, using: &generator))
            }
            let status = breaker.status(at: now)
            if status == .open, let opened { #expect(now - opened < longestPause) }
            if status == .halfOpen {
                let probes = running.filter { $0.begun == .halfOpen && $0.changes == changes }
                #expect(probes.count <= policy.probes)
            }
        }

        // Whatever happened: when all calls are in and the pause is over, good calls close it.
        for call in running { breaker.record(call.permit, .neutral, duration: .zero, at: now) }
        now += policy.unauthorizedPause
        for _ in 0..<policy.probes {
            guard let permit = breaker.admit(at: now) else { continue }
            breaker.record(permit, .success, duration: .zero, at: now)
        }
        #expect(breaker.status(at: now) == .closed)
    }

    @Test(arguments: 0..<50)
    func `a half open breaker never has more probes under way than its policy says`(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        var policy = BreakerPolicy()
        policy.minimumCalls = 1
        policy.probes = Int.random(in: 1...5, using: &generator)
        var breaker = CircuitBreaker(policy: policy)
        var now = Duration.zero
        for _ in 0..<50 {
            if let permit = breaker.admit(at: now) {
                breaker.record(permit, .failure, duration: .zero, at: now)
            }
            now += policy.openDuration
            var permits: [CircuitBreaker.Permit] = []
            for _ in 0..<20 {
                if let permit = breaker.admit(at: now) { permits.append(permit) }
            }
            #expect(permits.count == policy.probes)
            let bad = Int.random(in: 0..<permits.count, using: &generator)
            for (index, permit) in permits.enumerated() {
                breaker.record(permit, index == bad ? .failure : .success, duration: .zero, at: now)
            }
            #expect(breaker.status(at: now) == .open)
        }
    }
}
