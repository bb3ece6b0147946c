@testable import Conversation
import Foundation
import GRDB
import Logging
import ServiceLifecycle
import Settings
import Storage
import Telemetry
import Testing
import WebClient

@testable import Yuyan

/// What the metrics tell of the dialogue journal and its reports.
@Suite(.timeLimit(.minutes(1))) struct JournalWatchTests {
    private let report = TurnReport(
        sessionID: "session", deviceID: "device", turn: 1, timeline: TurnTimeline(), heardText: "", userText: "")

    /// Makes a journal that writes a file of reports, and takes it down again.
    private func withJournal(
        _ body: (DialogueJournal, Storage.Database, ServerMetrics) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "yuyan-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: "\(folder)/data", withIntermediateDirectories: true)
        let database = try Database(path: nil)
        let metrics = ServerMetrics()
        var settings = ReportSettings()
        settings.writesFile = true
        let web = WebClient()
        let journal = DialogueJournal(
            database, settings: settings, directory: folder, web: web,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, metrics: metrics)
        let outcome: Swift.Result<Void, any Error>
        do {
            outcome = .success(try await body(journal, database, metrics))
        } catch {
            outcome = .failure(error)
        }
        await journal.close()
        try await web.shutdown()
        try outcome.get()
    }

    /// Runs a journal as the service group does until `condition` holds.
    private func run(_ journal: DialogueJournal, until condition: () async throws -> Bool) async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let group = ServiceGroup(configuration: .init(services: [journal], logger: logger))
        async let served: Void = group.run()
        #expect(try await eventually(within: .seconds(20), condition))
        await group.triggerGracefulShutdown()
        try await served
    }

    @Test func `what waits to be written and to be delivered are queues, and a dropped turn is counted`() async throws {
        try await withJournal { journal, database, metrics in
            func depth(_ queue: String) -> Int? { journal.queueDepths.first { $0.queue == queue }?.depth }
            #expect(journal.queueDepths.map(\.queue) == ["journal", "reports_file"])
            journal.observe(report)
            journal.observe(report)
            #expect(depth("journal") == 2)
            #expect(depth("reports_file") == 0)
            // Left by an earlier process for a sink that takes nothing: the disk refuses its acknowledgement.
            try await database.writer.write { database in
                for turn in 1...3 {
                    try database.execute(
                        sql: "INSERT INTO report (sink, deviceID, createdAt, body) VALUES ('file', 'd', ?, '{}')",
                        arguments: [Int64(Date().timeIntervalSince1970 * 1000) + Int64(turn)])
                }
                try database.execute(
                    sql: "CREATE TRIGGER keep BEFORE DELETE ON report BEGIN SELECT RAISE(IGNORE); END")
            }
            try await run(journal) { depth("journal") == 0 && (depth("reports_file") ?? 0) >= 3 }
            #expect(metrics.queueDropped.total == 0)
            #expect(journal.counts.written == 2)
            #expect(journal.counts.failed == 0)
            await journal.close()
            journal.observe(report)
            #expect(metrics.queueDropped.with("journal").value == 1)
        }
    }

    @Test func `work of the journal that is started again is counted by its name`() async throws {
        try await withJournal { journal, database, metrics in
            try await database.writer.write { try $0.execute(sql: "DROP TABLE report") }
            let workers = ["journal trimming", "reports to file", "count of file reports"]
            try await run(journal) { workers.allSatisfy { metrics.workerRestarts.with($0).value > 0 } }
            #expect(metrics.workerRestarts.with("journal").value == 0)
        }
    }
}
