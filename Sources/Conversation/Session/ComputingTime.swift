import Flow
import Synchronization

/// What a session has spent on computing: decoding what its device sends, encoding what it is to hear.
///
/// Waiting for a detector, a recognizer, a model or a voice does not count: those have limits of their own. Added to by
/// the tasks of a turn, read by whoever watches.
final class ComputingTime: Sendable {
    private let nanoseconds = Atomic<Int>(0)
    private let clock: SessionClock

    init(clock: SessionClock) { self.clock = clock }

    var total: Duration { .nanoseconds(nanoseconds.load(ordering: .relaxed)) }

    /// Does the work, which must not wait, and adds the time it took.
    func measure<Result>(_ work: () throws -> Result) rethrows -> Result {
        let start = clock.now
        defer { nanoseconds.wrappingAdd(Int((clock.now - start) / .nanoseconds(1)), ordering: .relaxed) }
        return try work()
    }
}
