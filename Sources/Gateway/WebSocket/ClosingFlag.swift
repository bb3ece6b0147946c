import Synchronization

/// Tells senders what the event loop knows: that nothing more will be sent.
final class ClosingFlag: Sendable {
    private let flag = Atomic(false)
    var isSet: Bool { flag.load(ordering: .acquiring) }
    func set() { flag.store(true, ordering: .releasing) }
}
