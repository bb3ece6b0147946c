import Conversation
import Synchronization

/// What of a device's outgoing frames may be known off the event loop: how many wait, and whether it is all over.
final class OutgoingFrames: Sendable {
    /// One more is refused; at one frame per 60 ms some eight seconds.
    static let limit = 128

    private let waiting = Atomic(0)
    private let isOver = Atomic(false)

    var count: Int { waiting.load(ordering: .relaxed) }
    var hasEnded: Bool { isOver.load(ordering: .acquiring) }

    /// - Returns: false when too many wait.
    func enter() -> Bool {
        guard waiting.wrappingAdd(1, ordering: .relaxed).newValue <= Self.limit else {
            leave()
            return false
        }
        return true
    }

    func leave(_ count: Int = 1) { waiting.wrappingSubtract(count, ordering: .relaxed) }
    func end() { isOver.store(true, ordering: .releasing) }
}
