/// Decides whether a failing provider is asked at all. A pure state machine: time is passed in.
///
/// Closed: every call passes and is judged over a sliding window of counts. Open: no call passes until the pause is
/// over. Half open: a few probes pass; enough good ones close it, a bad or slow one opens it again.
/// Each admitted call must be answered with exactly one `record`; a call admitted before the last change of state is
/// ignored, for it tells about the past.
package struct CircuitBreaker: Sendable {
    package enum Status: String, Sendable, Hashable, CaseIterable {
        case closed, open, halfOpen
    }

    /// Leave to make one call.
    package struct Permit: Sendable, Hashable {
        fileprivate let epoch: Int
    }

    private enum State: Sendable {
        case closed(SlidingWindow)
        case open(until: Duration)
        case halfOpen(running: Int, succeeded: Int)
    }

    private let policy: BreakerPolicy
    private var state: State
    /// Counts the changes of state, so that late answers are recognized.
    private var epoch = 0

    package init(policy: BreakerPolicy = BreakerPolicy()) {
        self.policy = policy
        state = .closed(SlidingWindow(size: policy.windowSize))
    }

    /// The state a call would meet at `now`: an open breaker whose pause is over counts as half open.
    package func status(at now: Duration) -> Status {
        switch state {
        case .closed: .closed
        case .open(let until): now < until ? .open : .halfOpen
        case .halfOpen: .halfOpen
        }
    }

    /// Asks to make a call.
    ///
    /// - Parameter now: of a clock that never goes back.
    /// - Returns: nil when the call must not be made.
    package mutating func admit(at now: Duration) -> Permit? {
        switch state {
        case .closed: break
        case .open(let until):
            guard now >= until else { return nil }
            change(to: .halfOpen(running: 1, succeeded: 0))
        case .halfOpen(let running, let succeeded):
            // Never more probes than could still be needed.
            guard running + succeeded < max(1, policy.probes) else { return nil }
            state = .halfOpen(running: running + 1, succeeded: succeeded)
        }
        return Permit(epoch: epoch)
    }

    /// Says how an admitted call ended.
    ///
    /// - Parameter duration: how long the provider let us wait; not the time a listener took to hear it out.
    package mutating func record(_ permit: Permit, _ outcome: CallOutcome, duration: Duration, at now: Duration) {
        guard permit.epoch == epoch else { return }
        switch state {
        case .closed(var window):
            switch outcome {
            case .neutral: return
            case .unauthorized: open(for: policy.unauthorizedPause, at: now)
            case .success, .failure:
                window.append(failed: outcome == .failure, slow: duration >= policy.slowCall)
                state = .closed(window)
                if isTooBad(window) { open(for: policy.openDuration, at: now) }
            }
        case .halfOpen(let running, let succeeded):
            switch outcome {
            case .neutral: state = .halfOpen(running: running - 1, succeeded: succeeded)
            case .unauthorized: open(for: policy.unauthorizedPause, at: now)
            case .success where duration < policy.slowCall:
                if succeeded + 1 >= policy.probes {
                    change(to: .closed(SlidingWindow(size: policy.windowSize)))
                } else {
                    state = .halfOpen(running: running - 1, succeeded: succeeded + 1)
                }
            case .success, .failure: open(for: policy.openDuration, at: now)
            }
        // No permit has the epoch of an open breaker.
        case .open: return
        }
    }

    private func isTooBad(_ window: SlidingWindow) -> Bool {
        guard window.count >= max(1, policy.minimumCalls) else { return false }
        return window.failureRate >= policy.failureRate || window.slowRate >= policy.slowCallRate
    }

    private mutating func open(for pause: Duration, at now: Duration) { change(to: .open(until: now + pause)) }

    private mutating func change(to next: State) {
        state = next
        epoch += 1
    }
}
