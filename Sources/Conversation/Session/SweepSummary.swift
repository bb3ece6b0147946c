/// What one sweep has seen of all sessions together.
package struct SweepSummary: Sendable, Equatable {
    package private(set) var sessions = 0
    /// Estimated bytes of all sessions.
    package private(set) var memory = 0
    /// Estimated bytes of the heaviest one.
    package private(set) var largestMemory = 0
    /// Share of a core spent on the busiest one since the sweep before, 0…1; a session seen for the first time has none.
    package private(set) var largestBusyShare = 0.0

    package init() {}

    /// Adds a session.
    ///
    /// - Parameters:
    ///   - memory: estimated bytes.
    ///   - busyShare: of a core since the sweep before; nil at the first one.
    package mutating func add(memory: Int, busyShare: Double?) {
        sessions += 1
        self.memory += memory
        largestMemory = max(largestMemory, memory)
        largestBusyShare = max(largestBusyShare, busyShare ?? 0)
    }
}
