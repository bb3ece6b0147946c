import Resilience
import Testing
import VoiceAPI

@Suite struct CircuitBreakerTests {
    private static let policy: BreakerPolicy = {
        var policy = BreakerPolicy()
        policy.windowSize = 10
        policy.minimumCalls = 4
        policy.openDuration = .seconds(30)
        policy.unauthorizedPause = .seconds(300)
        policy.slowCall = .seconds(5)
        policy.probes = 2
        return policy
    }()

    private func call(
        _ breaker: inout CircuitBreaker, _ outcome: CallOutcome, took: Duration = .milliseconds(100), at now: Duration
    ) throws {
        let permit = try admit(&breaker, at: now)
        breaker.record(permit, outcome, duration: took, at: now)
    }

    private func admit(_ breaker: inout CircuitBreaker, at now: Duration) throws -> CircuitBreaker.Permit {
        let permit = breaker.admit(at: now)
        return try #require(permit)
    }

    private func expect(
        _ breaker: inout CircuitBreaker, admits: Bool, at now: Duration, source: SourceLocation = #_sourceLocation
    ) {
        let permit = breaker.admit(at: now)
        #expect((permit != nil) == admits, sourceLocation: source)
    }

    private func opened() throws -> CircuitBreaker {
        var breaker = CircuitBreaker(policy: Self.policy)
        for _ in 0..<4 { try call(&breaker, .failure, at: .zero) }
        return breaker
    }

    @Test func `half of the calls failing opens it, but not before there are enough calls`() throws {
        var breaker = CircuitBreaker(policy: Self.policy)
        for outcome in [CallOutcome.failure, .success, .failure] { try call(&breaker, outcome, at: .zero) }
        #expect(breaker.status(at: .zero) == .closed)
        try call(&breaker, .success, at: .zero)
        #expect(breaker.status(at: .zero) == .open)
        expect(&breaker, admits: false, at: .seconds(29))
    }

    @Test func `failures that have left the window are forgotten`() throws {
        var breaker = CircuitBreaker(policy: Self.policy)
        for _ in 0..<4 { try call(&breaker, .success, at: .zero) }
        for _ in 0..<3 { try call(&breaker, .failure, at: .zero) }
        for _ in 0..<10 { try call(&breaker, .success, at: .zero) }
        for _ in 0..<4 { try call(&breaker, .failure, at: .zero) }
        #expect(breaker.status(at: .zero) == .closed)
        try call(&breaker, .failure, at: .zero)
        #expect(breaker.status(at: .zero) == .open)
    }

    @Test func `slow answers open it although they are right`() throws {
        var breaker = CircuitBreaker(policy: Self.policy)
        try call(&breaker, .success, at: .zero)
        for _ in 0..<3 { try call(&breaker, .success, took: .seconds(5), at: .zero) }
        #expect(breaker.status(at: .zero) == .closed)
        try call(&breaker, .success, took: .seconds(6), at: .zero)
        #expect(breaker.status(at: .zero) == .open)
    }

    @Test func `a turn given up and a wrong request say nothing about the provider`() throws {
        var breaker = CircuitBreaker(policy: Self.policy)
        for code in [ProviderError.Code.cancelled, .invalidRequest] {
            for _ in 0..<50 { try call(&breaker, CallOutcome(code), took: .seconds(60), at: .zero) }
        }
        #expect(breaker.status(at: .zero) == .closed)
        for code in [ProviderError.Code.unavailable, .timedOut, .rateLimited, .invalidResponse] {
            #expect(breaker.status(at: .zero) == .closed)
            try call(&breaker, CallOutcome(code), at: .zero)
        }
        #expect(breaker.status(at: .zero) == .open)
    }

    @Test func `a refused key opens at once and for longer`() throws {
        var breaker = CircuitBreaker(policy: Self.policy)
        try call(&breaker, CallOutcome(.unauthorized), at: .zero)
        expect(&breaker, admits: false, at: .seconds(299))
        expect(&breaker, admits: true, at: .seconds(300))
    }

    @Test func `after the pause a few probes pass and good ones close it`() throws {
        var breaker = try opened()
        let later = Duration.seconds(30)
        #expect(breaker.status(at: later) == .halfOpen)
        let first = try admit(&breaker, at: later)
        let second = try admit(&breaker, at: later)
        expect(&breaker, admits: false, at: later)
        breaker.record(first, .success, duration: .zero, at: later)
        #expect(breaker.status(at: later) == .halfOpen)
        breaker.record(second, .success, duration: .zero, at: later)
        #expect(breaker.status(at: later) == .closed)
    }

    @Test(arguments: [(CallOutcome.failure, Duration.zero), (.success, .seconds(5))])
    func `a bad or slow probe opens it again`(outcome: CallOutcome, took: Duration) throws {
        var breaker = try opened()
        try call(&breaker, outcome, took: took, at: .seconds(30))
        #expect(breaker.status(at: .seconds(59)) == .open)
        #expect(breaker.status(at: .seconds(60)) == .halfOpen)
    }

    @Test func `a probe that was given up makes room for another`() throws {
        var breaker = try opened()
        for _ in 0..<10 { try call(&breaker, .neutral, at: .seconds(30)) }
        #expect(breaker.status(at: .seconds(30)) == .halfOpen)
        expect(&breaker, admits: true, at: .seconds(30))
    }

    @Test func `an answer from before it opened changes nothing`() throws {
        var breaker = CircuitBreaker(policy: Self.policy)
        let old = try admit(&breaker, at: .zero)
        for _ in 0..<4 { try call(&breaker, .failure, at: .zero) }
        _ = try admit(&breaker, at: .seconds(30))
        breaker.record(old, .failure, duration: .zero, at: .seconds(30))
        #expect(breaker.status(at: .seconds(30)) == .halfOpen)
    }
}
