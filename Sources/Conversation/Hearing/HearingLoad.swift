import Synchronization

/// Whether this server keeps up with what all its devices send, by how late its tasks get to run. One for all sessions.
///
/// A server that has more to hear than it can must not fall behind further and further: whoever speaks is heard to the
/// end, and of devices at which nobody speaks only what is fresh is looked at. So every turn stays quick, and what was
/// too much is over with its cause (docs/decisions/0006-overload.md).
package final class HearingLoad: Sendable {
    /// A wait above this is lateness. Each of a turn's twenty steps waits as long; a machine that keeps up takes less than
    /// a millisecond.
    package static let limit = Duration.milliseconds(5)
    /// The median of so many measurements counts: a hiccup of the machine is no overload.
    private static let window = 10
    /// A server that uses less, in cores, is late because of others: then it helps nobody to hear less.
    private static let leastWork = 0.5

    private struct Measurement {
        var delay: Duration
        var cpuSeconds: Double
        var time: Duration
    }
    private let measurements = Mutex<[Measurement]>([])
    /// Milliseconds that tasks are late by our own doing; 0: the server keeps up.
    private let lateness = Atomic<Int>(0)

    package init() {}

    /// Takes a measurement; ten a second are expected.
    ///
    /// - Parameters:
    ///   - delay: how much later than it should a task ran.
    ///   - cpuSeconds: what this process has used since it began.
    ///   - time: of any clock.
    package func observe(_ delay: Duration, cpuSeconds: Double, at time: Duration) {
        let now = Measurement(delay: delay, cpuSeconds: cpuSeconds, time: time)
        let late = measurements.withLock { all in
            all.append(now)
            guard let first = all.first, all.count > Self.window else { return Duration.zero }
            all.removeFirst()
            let cores = (cpuSeconds - first.cpuSeconds) / max((time - first.time) / .seconds(1), 0.001)
            let median = all.map(\.delay).sorted()[Self.window / 2]
            return median > Self.limit && cores >= Self.leastWork ? median : .zero
        }
        lateness.store(late.milliseconds, ordering: .relaxed)
    }

    /// Whether a frame is worth listening to when nobody speaks. Asked by a session for each one.
    ///
    /// - Parameter age: since the frame came.
    package func isFresh(_ age: Duration) -> Bool {
        age <= Self.limit || lateness.load(ordering: .relaxed) == 0
    }

    /// Why nobody new should be let in; nil when the server keeps up.
    package var overload: String? {
        let lateness = lateness.load(ordering: .relaxed)
        return lateness == 0 ? nil : "tasks run \(lateness) ms late"
    }
}
