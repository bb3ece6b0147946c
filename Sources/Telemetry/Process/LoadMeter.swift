import Synchronization

/// Whether the server has too much to do, by how late its tasks get to run. New devices are refused before the latency
/// of those that are here breaks.
package final class LoadMeter: Sendable {
    private let mean = Mutex(Duration.zero)
    /// A mean delay above this is an overload: a fifth of a second is what a person notices.
    private let limit: Duration
    /// How much one measurement counts, 0…1.
    private static let weight = 0.2

    package init(limit: Duration = .milliseconds(200)) {
        self.limit = limit
    }

    /// - Parameter delay: how much later than it should a task ran.
    package func observe(_ delay: Duration) {
        mean.withLock { $0 = $0 * (1 - Self.weight) + delay * Self.weight }
    }

    /// Why nobody should be let in now; nil when there is room.
    package var overload: String? {
        let mean = mean.withLock { $0 }
        guard mean > limit else { return nil }
        return "tasks run \(Int(mean / .milliseconds(1))) ms late"
    }
}
