/// When a session has to go, or to slim. Pure; the sweeper asks it every few seconds for every session.
package struct SweepPolicy: Sendable, Equatable {
    /// A session that neither received nor sent anything for so long is a zombie. Above every idle limit, so that it
    /// only finds what the session's own watch missed.
    package var silence = Duration.seconds(240)
    /// Estimated bytes of one session.
    package var memory = 50 << 20
    /// Audio messages that wait, either way.
    package var queuedAudio = 1000
    /// Share of a core spent on one device's frames since the last sweep, 0…1.
    package var busyShare = 0.8

    package init() {}

    package enum Verdict: Sendable, Equatable {
        case keep
        /// Clear buffers, drain queues, keep the last ten entries of the dialogue.
        case slim(reason: String)
        case close(reason: String)
    }

    /// - Parameters:
    ///   - wasSlimmed: it was over a limit at the last sweep too, and slimming has not helped.
    ///   - share: of a core since the last sweep; nil at the first one.
    package func judge(_ status: SessionStatus, wasSlimmed: Bool, share: Double?) -> Verdict {
        if status.silentFor >= silence { return .close(reason: "no activity") }
        guard let reason = excess(status, share) else { return .keep }
        return wasSlimmed ? .close(reason: reason) : .slim(reason: reason)
    }

    private func excess(_ status: SessionStatus, _ share: Double?) -> String? {
        if status.memoryEstimate > memory { return "too much memory" }
        if status.queuedAudio > queuedAudio { return "too much audio waits" }
        if let share, share > busyShare { return "too much computing" }
        return nil
    }
}
