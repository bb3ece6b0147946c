package import Flow
package import Logging

/// Keeps a background loop alive: starts it again whenever it throws, later and later while it keeps failing.
///
/// - Parameters:
///   - name: of the loop, for logs and metrics.
///   - onRestart: told the number of this restart, counted from 1, before the pause.
/// - Returns: when `body` returns normally or the task is cancelled.
package func supervise(
    name: String, clock: SessionClock, logger: Logger, policy: RestartPolicy = RestartPolicy(),
    onRestart: @Sendable (_ restarts: Int) -> Void = { _ in },
    _ body: @Sendable () async throws -> Void
) async {
    var generator = SystemRandomNumberGenerator()
    var restarts = 0
    var failures = 0
    while !Task.isCancelled {
        let start = clock.now
        do {
            try await body()
            return
        } catch {
            if Task.isCancelled { return }
            restarts += 1
            failures = clock.now - start >= policy.healthyAfter ? 1 : failures + 1
            let delay = policy.delay(failures: failures, using: &generator)
            logger.error(
                "background work failed and is started again",
                metadata: [
                    "worker": "\(name)", "error": "\(error)", "restarts": "\(restarts)", "delay": "\(delay)",
                ])
            onRestart(restarts)
            do { try await clock.sleep(for: delay) } catch { return }
        }
    }
}
