package import Flow
import Synchronization
package import VoiceAPI

/// The circuit breaker of one provider, shared by all sessions.
package final class BreakerGuard: Sendable {
    /// Tells metrics and logs of a change: provider, old and new state. Called outside the lock; must not block.
    package typealias Observer =
        @Sendable (_ provider: String, _ from: CircuitBreaker.Status, _ to: CircuitBreaker.Status) -> Void

    private struct State {
        var breaker: CircuitBreaker
        var lastError: ProviderError?
        /// What the observer knows. An open breaker becomes half open by time alone, so it is not the state before.
        var reported = CircuitBreaker.Status.closed
    }

    /// The provider's configured name.
    package let name: String
    let clock: SessionClock
    private let state: Mutex<State>
    private let onChange: Observer?

    package init(
        name: String, policy: BreakerPolicy = BreakerPolicy(), clock: SessionClock, onChange: Observer? = nil
    ) {
        self.name = name
        self.clock = clock
        self.onChange = onChange
        state = Mutex(State(breaker: CircuitBreaker(policy: policy)))
    }

    /// For gauges: what a call would meet now.
    package var status: CircuitBreaker.Status {
        let now = clock.now
        return state.withLock { $0.breaker.status(at: now) }
    }

    /// Why the provider failed last; nil after a good call.
    package var lastError: ProviderError? { state.withLock { $0.lastError } }

    /// Asks to make a call.
    ///
    /// - Returns: nil when it must not be made. A permit must be given back with `record`, whatever happens.
    package func admit() -> CircuitBreaker.Permit? {
        changing { state, now in state.breaker.admit(at: now) }
    }

    /// Says how an admitted call ended.
    ///
    /// - Parameters:
    ///   - error: nil for success.
    ///   - duration: how long the provider let us wait.
    ///   - countsFailure: whether a failure says something new.
    package func record(
        _ permit: CircuitBreaker.Permit, error: ProviderError?, duration: Duration, countsFailure: Bool = true
    ) {
        changing { state, now in
            let outcome = error.map { CallOutcome($0.code) } ?? .success
            if outcome != .neutral { state.lastError = error }
            let counted = outcome == .failure && !countsFailure ? .neutral : outcome
            state.breaker.record(permit, counted, duration: duration, at: now)
        }
    }

    private func changing<Result>(_ body: (inout State, Duration) -> Result) -> Result {
        let now = clock.now
        let (result, from, to) = state.withLock { state in
            let result = body(&state, now)
            let from = state.reported
            state.reported = state.breaker.status(at: now)
            return (result, from, state.reported)
        }
        if from != to { onChange?(name, from, to) }
        return result
    }
}
