import Synchronization

/// How many devices are connected, and whether one more may be.
final class ConnectionCount: Sendable {
    private let count = Mutex(0)
    let limit: Int

    init(limit: Int) { self.limit = limit }

    var current: Int { count.withLock { $0 } }

    /// Takes a place; whoever gets one calls `leave` once.
    func enter() -> Bool {
        count.withLock { count in
            guard count < limit else { return false }
            count += 1
            return true
        }
    }

    func leave() { count.withLock { $0 -= 1 } }
}
