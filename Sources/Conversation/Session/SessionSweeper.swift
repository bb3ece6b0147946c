package import Flow
package import Logging

/// Looks at every session every few seconds and removes what should no longer be there: zombies, and sessions over
/// their limits that slimming did not help. Each is said once, with its reason. What all sessions weigh is told after
/// each look.
package struct SessionSweeper: Sendable {
    private let directory: SessionDirectory
    private let policy: @Sendable () -> SweepPolicy
    private let interval: Duration
    private let clock: SessionClock
    private let logger: Logger
    private let onSweep: @Sendable (SweepSummary) -> Void

    /// - Parameters:
    ///   - policy: asked at each sweep, for a reload may change it; must not block.
    ///   - onSweep: gets what each sweep has seen; must not block.
    package init(
        directory: SessionDirectory, policy: @escaping @Sendable () -> SweepPolicy = { SweepPolicy() },
        interval: Duration = .seconds(5),
        clock: SessionClock, logger: Logger, onSweep: @escaping @Sendable (SweepSummary) -> Void = { _ in }
    ) {
        self.directory = directory
        self.policy = policy
        self.interval = interval
        self.clock = clock
        self.logger = logger
        self.onSweep = onSweep
    }

    /// Sweeps until the task is cancelled.
    package func run() async {
        var busy: [String: Duration] = [:]
        var slimmed: Set<String> = []
        var last = clock.now
        while !Task.isCancelled {
            do { try await clock.sleep(for: interval) } catch { return }
            let elapsed = clock.now - last
            last = clock.now
            var nowBusy: [String: Duration] = [:]
            var nowSlimmed: Set<String> = []
            var summary = SweepSummary()
            let policy = policy()
            for session in directory.sessions {
                let status = await session.status()
                nowBusy[session.id] = status.busy
                let share = busy[session.id].map { (status.busy - $0) / max(elapsed, .milliseconds(1)) }
                summary.add(memory: status.memoryEstimate, busyShare: share)
                switch policy.judge(status, wasSlimmed: slimmed.contains(session.id), share: share) {
                case .keep: break
                case .slim(let reason):
                    nowSlimmed.insert(session.id)
                    logger.warning(
                        "a session is over its limits and is slimmed", metadata: metadata(session, reason))
                    await session.slim()
                case .close(let reason):
                    logger.warning("a session is swept", metadata: metadata(session, reason))
                    await session.sweep(reason: reason)
                }
            }
            (busy, slimmed) = (nowBusy, nowSlimmed)
            onSweep(summary)
        }
    }

    private func metadata(_ session: Session, _ reason: String) -> Logger.Metadata {
        ["session_id": "\(session.id)", "device_id": "\(session.identity.deviceID)", "reason": "\(reason)"]
    }
}
