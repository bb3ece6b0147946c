import Synchronization

/// What an operator may ask of a running session without waiting for it.
extension Session {
    /// What waits in the session's own queues, by name.
    package nonisolated var queueDepths: [(queue: String, depth: Int)] {
        [
            (queue: "outbox", depth: connection.backlog),
            (queue: "announcements", depth: announcements.withLock { $0.count }),
        ]
    }
}

extension SessionDirectory {
    /// What waits in the queues of all sessions together, by name; no device is named.
    package var queueDepths: [(queue: String, depth: Int)] {
        var total: [String: Int] = ["outbox": 0, "announcements": 0]
        // Also a session that a newer one of its device has replaced: it still holds what it has not sent.
        for session in sessions {
            for (queue, depth) in session.queueDepths { total[queue, default: 0] += depth }
        }
        return total.sorted { $0.key < $1.key }.map { (queue: $0.key, depth: $0.value) }
    }
}
