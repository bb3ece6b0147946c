import Resilience
import Synchronization

/// The circuit breakers of this server, for whoever shows them.
final class BreakerBoard: Sendable {
    private let breakers = Mutex<[BreakerGuard]>([])

    func add(_ breaker: BreakerGuard) { breakers.withLock { $0.append(breaker) } }

    /// Each provider once: the worst of its breakers, when it serves several stages.
    var states: [(provider: String, status: CircuitBreaker.Status)] {
        var worst: [String: CircuitBreaker.Status] = [:]
        for breaker in breakers.withLock({ $0 }) where worst[breaker.name] == nil || breaker.status != .closed {
            worst[breaker.name] = breaker.status
        }
        return worst.sorted { $0.key < $1.key }.map { (provider: $0.key, status: $0.value) }
    }
}
