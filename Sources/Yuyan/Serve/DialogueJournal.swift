import Conversation
import Flow
import FoundationEssentials
import JSON
import Logging
import Reports
import Resilience
import ServiceLifecycle
import Settings
import Storage
import Telemetry
import WebClient

/// The dialogue journal of `serve` with the sinks the owner turned on, and the task that keeps them going.
///
/// Fed by the sessions' observer; stopped by the service group; what is left then is written by `close`.
struct DialogueJournal: Service {
    /// What could not be turned on, and why.
    let problems: [String]
    private let journal: TurnJournal
    private let senders: [ReportSender]
    private let keepsTranscripts: Bool
    private let clock: SessionClock
    private let logger: Logger
    private let metrics: ServerMetrics

    /// - Parameter metrics: gets the turns that are dropped and the work that is started again.
    init(
        _ database: Database, settings: ReportSettings, directory: String, web: WebClient, logger: Logger,
        metrics: ServerMetrics
    ) {
        let clock = SessionClock(ContinuousClock())
        var sinks: [any ReportSink] = []
        var problems: [String] = []
        if settings.writesFile { sinks.append(FileSink(path: "\(directory)/data/reports.jsonl")) }
        if let address = settings.webhook {
            if let sink = WebhookSink(url: address, client: web) {
                sinks.append(sink)
            } else {
                problems.append("reports.webhook: expected an address that begins with http:// or https://")
            }
        }
        let senders = sinks.map { ReportSender(database, sink: $0, clock: clock, logger: logger) }
        var limits = JournalLimits()
        limits.days = settings.keepDays
        self.problems = problems
        self.senders = senders
        journal = TurnJournal(
            database, sinks: senders.map(\.name), limits: limits, now: Self.now, clock: clock, logger: logger,
            onReports: { for sender in senders { sender.ring() } })
        keepsTranscripts = settings.keepsTranscripts
        self.clock = clock
        self.logger = logger
        self.metrics = metrics
    }

    /// Turns in memory that are not on the disk yet, and reports no sink has taken yet, by sink as last counted.
    var queueDepths: [(queue: String, depth: Int)] {
        [(queue: "journal", depth: journal.depth)]
            + senders.map { (queue: "reports_\($0.name)", depth: $0.waiting) }
    }

    /// Turns that are on the disk, and tries to write some that failed.
    var counts: (written: Int, failed: Int) {
        let statistics = journal.statistics
        return (statistics.written, statistics.failedWrites)
    }

    /// Takes a finished turn; never waits.
    func observe(_ report: TurnReport) {
        var entry = JournalEntry(
            sessionID: report.sessionID, deviceID: report.deviceID, turn: report.turn, endedAt: Self.now(),
            ending: report.timeline.ending.rawValue, timings: Self.timings(report.timeline))
        if keepsTranscripts { (entry.userText, entry.heardText) = (report.userText, report.heardText) }
        if !journal.record(entry) { metrics.queueDropped.add(1, "journal") }
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask { await keep("journal") { await journal.run() } }
                group.addTask { await keep("journal trimming") { try await journal.trimHourly() } }
                for sender in senders {
                    group.addTask { await keep("reports to \(sender.name)") { try await sender.run() } }
                    group.addTask { await keep("count of \(sender.name) reports") { try await sender.countWaiting() } }
                }
            }
        }
    }

    /// Writes what is left when no session is; reports that were not delivered wait for the next start.
    func close() async { await journal.close(within: .seconds(5)) }

    private func keep(_ name: String, _ body: @Sendable () async throws -> Void) async {
        await supervise(
            name: name, clock: clock, logger: logger, onRestart: { _ in metrics.workerRestarts.add(1, name) }, body)
    }

    private static func now() -> Int64 { Int64(Date().timeIntervalSince1970 * 1000) }

    private static func timings(_ timeline: TurnTimeline) -> JSON {
        var object = JSONObject()
        for (name, moment) in [
            ("last_voice", timeline.lastVoice), ("endpoint", timeline.endpoint), ("transcript", timeline.transcript),
            ("speech_announced", timeline.speechAnnounced), ("first_token", timeline.firstToken),
            ("first_sentence", timeline.firstSentence), ("first_audio", timeline.firstAudio),
            ("first_frame", timeline.firstFrame), ("playback_end", timeline.playbackEnd),
        ] {
            object[name] = moment.map { .number(($0 / .milliseconds(1) * 10).rounded() / 10) }
        }
        return .object(object)
    }
}
