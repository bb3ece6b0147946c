package import Flow
package import Logging
import Resilience
package import Storage
import Synchronization
import VoiceAPI

/// Takes the waiting reports of one sink to it: in order, at least once, again and again until it takes them.
///
/// A report leaves the database when its sink has acknowledged it, so neither a crash of this server nor one of the
/// receiver loses any. A failed delivery is repeated after 1, 2, 4 … 60 s; behind it the others wait in the database.
package final class ReportSender: Sendable {
    private let store: ReportStore
    private let sink: any ReportSink
    private let batch: Int
    private let patience: Duration
    private let clock: SessionClock
    private let logger: Logger
    /// One ring is enough: whoever hears it looks for everything that waits.
    private let bell = BoundedQueue<Void>(limit: 1)
    private let state = Mutex((acknowledged: Int64(0), waiting: 0, statistics: ReportStatistics()))
    private let retry: RestartPolicy
    /// A receiver may take less at once than `batch`; found out by its 413, and tried again larger after each success.
    private let size: Mutex<Int>

    /// - Parameters:
    ///   - batch: reports of one delivery.
    ///   - patience: how long one delivery may take.
    package init(
        _ database: Database, sink: any ReportSink, batch: Int = 100, patience: Duration = .seconds(40),
        clock: SessionClock, logger: Logger
    ) {
        store = ReportStore(database)
        self.sink = sink
        self.batch = batch
        size = Mutex(batch)
        self.patience = patience
        self.clock = clock
        self.logger = logger
        var retry = RestartPolicy()
        retry.initialDelay = .seconds(1)
        retry.maximumDelay = .seconds(60)
        self.retry = retry
    }

    package var name: String { sink.name }

    package var statistics: ReportStatistics { state.withLock { $0.statistics } }

    /// Reports in the database that the sink has not taken, as `countWaiting` saw it last.
    package var waiting: Int { state.withLock { $0.waiting } }

    /// Counts what waits every few seconds until the task is cancelled: the database knows also what an earlier process
    /// left and what was forgotten for its age.
    ///
    /// - Throws: `DatabaseError` when the reports cannot be counted, `CancellationError` with its task; run it again.
    package func countWaiting(every interval: Duration = .seconds(5)) async throws {
        while true {
            let count = try await store.count(for: sink.name)
            state.withLock { $0.waiting = count }
            try await clock.sleep(for: interval)
        }
    }

    /// Says that there may be new reports; never waits.
    package func ring() { _ = bell.offer(()) }

    /// Delivers until the task is cancelled.
    ///
    /// - Throws: `DatabaseError` when the reports cannot be read; run it again, later.
    package func run() async throws {
        var generator = SystemRandomNumberGenerator()
        var failures = 0
        while !Task.isCancelled {
            do {
                if try await deliverNext() {
                    failures = 0
                } else if await bell.next() == nil {
                    return
                }
            } catch let failure as DeliveryFailure {
                if Task.isCancelled { return }
                failures += 1
                var delay = retry.delay(failures: failures, using: &generator)
                if let wish = (failure.cause as? ProviderError)?.retryAfter {
                    delay = max(delay, min(wish, retry.maximumDelay))
                }
                state.withLock { $0.statistics.failures += 1 }
                logger.warning(
                    "reports were not taken and are delivered again",
                    metadata: ["sink": "\(sink.name)", "error": "\(failure.cause)", "delay": "\(delay)"])
                do { try await clock.sleep(for: delay) } catch { return }
            }
        }
    }

    private struct DeliveryFailure: Error { let cause: any Error }

    /// - Returns: false when nothing waits.
    private func deliverNext() async throws -> Bool {
        let acknowledged = state.withLock { $0.acknowledged }
        let reports = try await store.waiting(for: sink.name, after: acknowledged, limit: size.withLock { $0 })
        guard let last = reports.last else { return false }
        let isTaken = Mutex(false)
        do {
            try await withProgressDeadline(
                patience, clock: clock, provider: sink.name, waitingFor: "acknowledgement"
            ) { [sink] _ in
                try await sink.deliver(reports)
                isTaken.withLock { $0 = true }
            }
        } catch {
            // A stop in the middle: what the sink took all the same is not to be sent again by the next start.
            if !isTaken.withLock({ $0 }) {
                guard (error as? ProviderError)?.status == 413 else { throw DeliveryFailure(cause: error) }
                guard reports.count == 1 else {
                    size.withLock { $0 = reports.count / 2 }
                    return true
                }
                // Nobody behind it may wait for one that is never taken.
                logger.error(
                    "a report is too large for its receiver and is left out",
                    metadata: ["sink": "\(sink.name)", "report_id": "\(last.id)"])
                state.withLock { $0.statistics.failures += 1 }
            }
        }
        size.withLock { $0 = min($0 * 2, batch) }
        state.withLock {
            $0.acknowledged = last.id
            if isTaken.withLock({ $0 }) { $0.statistics.delivered += reports.count }
        }
        do {
            try await store.acknowledge(sink.name, upTo: last.id)
        } catch {
            // A full disk: they are not delivered again by this process, and the next acknowledgement covers them.
            logger.error(
                "delivered reports cannot be removed from the database",
                metadata: ["sink": "\(sink.name)", "error": "\(error)"])
        }
        return true
    }
}
