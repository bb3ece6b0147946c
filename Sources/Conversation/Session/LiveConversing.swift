import Synchronization

/// What the next turn of every session begins with. One per server; a reload puts another one in its place.
package final class LiveConversing: Sendable {
    private let state: Mutex<Conversing>

    package init(_ conversing: Conversing) { state = Mutex(conversing) }

    /// Settings and parts that never change.
    package convenience init(settings: SessionSettings, providers: Providers) {
        self.init(Conversing(settings: settings, providers: providers))
    }

    package var current: Conversing { state.withLock { $0 } }

    package func replace(with next: Conversing) {
        // The old one may end here, and must not do so under the lock.
        let old = state.withLock { current in
            defer { current = next }
            return current
        }
        withExtendedLifetime(old) {}
    }
}
