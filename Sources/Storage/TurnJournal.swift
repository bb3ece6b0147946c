package import Flow
package import Logging
import Resilience
import Synchronization

/// The dialogue journal: every finished turn becomes a row, written off the turn's path.
///
/// `record` never waits. One task runs `run`, which writes up to a hundred rows a transaction, together with a report
/// for every sink. What a transaction has committed survives the process's end by any means (write-ahead log). When
/// the disk fails, that is said and counted, the rows stay in memory and are tried again, later and later. When more
/// turns wait than may, the newest are dropped, said and counted.
package final class TurnJournal: Sendable {
    private struct State {
        /// Taken from the queue, not yet on the disk; a writer that is started again begins with these.
        var pending: [JournalEntry] = []
        var statistics = JournalStatistics()
        /// The queue has been full since the last success.
        var isFull = false
    }

    private let turns: TurnStore
    private let reports: ReportStore
    private let sinks: [String]
    private let limits: JournalLimits
    private let now: @Sendable () -> Int64
    private let clock: SessionClock
    private let logger: Logger
    private let onReports: @Sendable () -> Void
    private let queue: BoundedQueue<JournalEntry>
    private let state = Mutex(State())
    private let retry: RestartPolicy

    /// - Parameters:
    ///   - sinks: names of those that get a report of every turn.
    ///   - now: milliseconds since 1970.
    ///   - onReports: called after each transaction that left reports.
    package init(
        _ database: Database, sinks: [String] = [], limits: JournalLimits = JournalLimits(),
        now: @escaping @Sendable () -> Int64, clock: SessionClock, logger: Logger,
        onReports: @escaping @Sendable () -> Void = {}
    ) {
        turns = TurnStore(database)
        reports = ReportStore(database)
        self.sinks = sinks
        self.limits = limits
        self.now = now
        self.clock = clock
        self.logger = logger
        self.onReports = onReports
        queue = BoundedQueue(limit: limits.queuedTurns)
        var retry = RestartPolicy()
        retry.initialDelay = .seconds(1)
        retry.maximumDelay = .seconds(60)
        self.retry = retry
    }

    package var statistics: JournalStatistics { state.withLock { $0.statistics } }

    /// Turns in memory that are not on the disk yet.
    package var depth: Int { queue.depth + state.withLock { $0.pending.count } }

    /// Takes a finished turn at once; called by sessions.
    ///
    /// - Returns: false when it was dropped, because too many wait or the journal is closed.
    @discardableResult
    package func record(_ entry: JournalEntry) -> Bool {
        if queue.offer(entry) { return true }
        let (isFirst, dropped) = state.withLock { state in
            defer { state.isFull = true }
            state.statistics.dropped += 1
            return (!state.isFull, state.statistics.dropped)
        }
        // Once for each time it fills up: a full disk must not be answered with a full log.
        if isFirst {
            logger.error(
                "the dialogue journal is full or closed, turns are dropped",
                metadata: ["limit": "\(limits.queuedTurns)", "dropped": "\(dropped)"])
        }
        return false
    }

    /// Writes what is recorded, until `close` or the task's cancellation; what is not on the disk then stays for
    /// `close`. Call it from one task at a time.
    package func run() async { await drain(until: nil) }

    /// Takes nothing more and writes what is left. Call it when `run` has returned.
    ///
    /// - Parameter patience: how long it tries; what is left then is lost, said and counted.
    package func close(within patience: Duration) async {
        queue.finish()
        await drain(until: clock.now + patience)
        while let entry = await queue.next() { state.withLock { $0.pending.append(entry) } }
        let lost = state.withLock { state in
            defer { state.pending = [] }
            state.statistics.dropped += state.pending.count
            return state.pending.count
        }
        if lost > 0 {
            logger.error("turns could not be written before the end", metadata: ["lost": "\(lost)"])
        }
    }

    /// Forgets what is too old or too much, once an hour.
    ///
    /// - Throws: `DatabaseError` when the disk fails, `CancellationError` with its task; start it again.
    package func trimHourly() async throws {
        while true {
            try await trim()
            try await clock.sleep(for: .seconds(3600))
        }
    }

    /// Forgets what is too old or too much.
    package func trim() async throws {
        let moment = now() - Int64(limits.days) * 86_400_000
        let forgottenTurns = try await turns.trim(before: moment, keeping: limits.turns)
        let forgottenReports = try await reports.trim(before: moment, keeping: limits.reports)
        state.withLock {
            $0.statistics.trimmedTurns += forgottenTurns
            $0.statistics.trimmedReports += forgottenReports
        }
        if forgottenReports > 0 {
            logger.error(
                "reports that no sink took were forgotten", metadata: ["reports": "\(forgottenReports)"])
        }
    }

    // MARK: - Writing

    private func drain(until deadline: Duration?) async {
        var generator = SystemRandomNumberGenerator()
        var failures = 0
        while await fillBatch() {
            do {
                try await writeBatch()
                if failures > 0 { logger.notice("the dialogue journal writes again") }
                failures = 0
            } catch {
                failures += 1
                var delay = retry.delay(failures: failures, using: &generator)
                let waiting = depth
                state.withLock { $0.statistics.failedWrites += 1 }
                logger.error(
                    "the dialogue journal cannot be written and is tried again",
                    metadata: ["error": "\(error)", "waiting": "\(waiting)", "delay": "\(delay)"])
                if let deadline {
                    guard clock.now < deadline else { return }
                    delay = min(delay, deadline - clock.now)
                }
                do { try await clock.sleep(for: delay) } catch { return }
            }
        }
    }

    /// Waits for something to write and takes what else is there.
    ///
    /// - Returns: false when there is nothing and nothing will come, or the task is cancelled.
    private func fillBatch() async -> Bool {
        while true {
            let count = state.withLock { $0.pending.count }
            guard count < limits.batch, count == 0 || queue.depth > 0 else { return true }
            guard let entry = await queue.next() else { return count > 0 }
            state.withLock { $0.pending.append(entry) }
        }
    }

    private func writeBatch() async throws {
        let batch = state.withLock { $0.pending }
        try await turns.write(batch, reportingTo: sinks)
        let before = state.withLock { state in
            state.pending = []
            state.isFull = false
            defer { state.statistics.written += batch.count }
            return state.statistics.written
        }
        if !sinks.isEmpty { onReports() }
        // Between the hours, so that a burst cannot go far beyond the limits.
        if before / 1000 != (before + batch.count) / 1000 {
            do {
                try await trim()
            } catch {
                logger.error("the dialogue journal cannot be trimmed", metadata: ["error": "\(error)"])
            }
        }
    }
}
