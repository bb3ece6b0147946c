import Synchronization

/// Decides once between the first output and the deadline for it, whichever comes first.
final class FirstOutputGate: Sendable {
    private enum State {
        case waiting
        case began(after: Duration)
        case expired
    }
    private let state = Mutex(State.waiting)

    /// Output is there.
    ///
    /// - Returns: false when the deadline was sooner: the output must be dropped.
    func begin(after wait: @autoclosure () -> Duration) -> Bool {
        state.withLock { state in
            switch state {
            case .waiting:
                state = .began(after: wait())
                return true
            case .began: return true
            case .expired: return false
            }
        }
    }

    /// The deadline has passed.
    ///
    /// - Returns: false when output was sooner.
    func expire() -> Bool {
        state.withLock { state in
            guard case .waiting = state else { return false }
            state = .expired
            return true
        }
    }

    /// How long the first output took; nil when there was none.
    var firstOutput: Duration? {
        state.withLock { if case .began(let wait) = $0 { wait } else { nil } }
    }

    var isExpired: Bool {
        state.withLock { if case .expired = $0 { true } else { false } }
    }
}
