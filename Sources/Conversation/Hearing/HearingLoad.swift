import Synchronization

/// Whether this server keeps up with what all its devices send, by how long audio waits until somebody looks at it. One
/// for all sessions.
///
/// A server that has more to hear than it can must not fall behind further and further: whoever speaks is heard to the
/// end, and of devices at which nobody speaks only what is fresh is looked at. So every turn stays quick, and what was
/// too much is over with it.
package final class HearingLoad: Sendable {
    /// Longer waits are lateness. Less than half a frame; a machine that keeps up takes a few milliseconds.
    package static let limit = Duration.milliseconds(10)
    /// How much one frame counts for the mean: a second of 15 devices.
    private static let weight = 256
    /// After so long without a late frame the server keeps up again.
    private static let memory = Duration.seconds(1)

    /// Nanoseconds. Two sessions may write at once, then one frame does not count.
    private let mean = Atomic<Int>(0)
    /// When audio was last late, nanoseconds.
    private let lastLate = Atomic<Int>(.min / 2)

    package init() {}

    /// Counts a frame. Called by a session for each one that it listens to.
    ///
    /// - Parameters:
    ///   - age: since the frame came.
    ///   - now: of the clock of all sessions.
    /// - Returns: false when the server does not keep up and this frame is late.
    package func isFresh(_ age: Duration, at now: Duration) -> Bool {
        let before = mean.load(ordering: .relaxed)
        let after = before + (age.nanoseconds - before) / Self.weight
        if after != before { mean.store(after, ordering: .relaxed) }
        guard after > Self.limit.nanoseconds, age > Self.limit else { return true }
        lastLate.store(now.nanoseconds, ordering: .relaxed)
        return false
    }

    /// Why nobody new should be let in; nil when the server keeps up.
    package func overload(at now: Duration) -> String? {
        guard now.nanoseconds - lastLate.load(ordering: .relaxed) < Self.memory.nanoseconds else { return nil }
        return "audio waits \(mean.load(ordering: .relaxed) / 1_000_000) ms to be heard"
    }
}

extension Duration {
    fileprivate var nanoseconds: Int {
        Int(components.seconds) * 1_000_000_000 + Int(components.attoseconds / 1_000_000_000)
    }
}
