/// What an alert watches. The raw values are the names in logs, in webhooks and at `/api/alerts`.
package enum AlertKind: String, Sendable, CaseIterable {
    /// Devices connected now.
    case connections
    /// The 95th percentile of the silence before an answer, in milliseconds, over the window.
    case firstAudio = "first_audio_p95_ms"
    /// The share of provider calls that failed, 0...1, over the window.
    case errorRate = "error_rate"
    /// What waits in all queues of the server together.
    case backlog
}

/// When an alert is raised and when it is taken back. Two limits and two counts, so that a value that trembles about
/// one limit does not make the alert flap.
package struct AlertRule: Sendable, Equatable {
    package var kind: AlertKind
    /// An evaluation above this is bad.
    package var limit: Double
    /// An evaluation at or below this is good; between the two it is neither.
    package var clearLimit: Double
    /// Bad evaluations in a row that raise it.
    package var raiseAfter: Int
    /// Good evaluations in a row that clear it.
    package var clearAfter: Int

    /// - Parameter clearShare: the lower limit as a share of the upper one, 0...1.
    package init(
        _ kind: AlertKind, limit: Double, clearShare: Double = 0.8, raiseAfter: Int = 3, clearAfter: Int = 6
    ) {
        self.kind = kind
        self.limit = limit
        clearLimit = limit * min(max(clearShare, 0), 1)
        self.raiseAfter = max(1, raiseAfter)
        self.clearAfter = max(1, clearAfter)
    }
}
