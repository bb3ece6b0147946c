package import Flow
import ServiceLifecycle

/// Measures how late the process gets to its work: sleeps a little, again and again, and tells by how much each sleep
/// overran. A stalled pool shows here before a person hears it.
package struct SchedulingDelayProbe: Service, CustomStringConvertible {
    /// For ServiceLifecycle's log.
    package var description: String { "Scheduling delay" }

    private let interval: Duration
    private let clock: SessionClock
    private let report: @Sendable (Duration) -> Void

    /// - Parameters:
    ///   - report: gets each delay; must not block.
    package init(
        interval: Duration = .milliseconds(100), clock: SessionClock, report: @escaping @Sendable (Duration) -> Void
    ) {
        self.interval = interval
        self.clock = clock
        self.report = report
    }

    /// Runs until cancelled or shut down gracefully.
    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while true {
                let due = clock.now + interval
                do { try await clock.sleep(until: due) } catch { return }
                report(max(.zero, clock.now - due))
            }
        }
    }
}
