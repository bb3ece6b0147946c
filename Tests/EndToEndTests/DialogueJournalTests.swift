@testable import Conversation
import Foundation
import JSON
import Logging
import ServiceLifecycle
import Settings
import Storage
import Telemetry
import Testing
import WebClient

@testable import Yuyan

/// The journal as `serve` makes it, from a session's report to the disk.
@Suite(.timeLimit(.minutes(1))) struct DialogueJournalTests {
    private func report(_ turn: Int) -> TurnReport {
        var timeline = TurnTimeline()
        timeline.endpoint = .milliseconds(1500)
        timeline.firstFrame = .microseconds(1_812_340)
        timeline.ending = .interrupted
        return TurnReport(
            sessionID: "session", deviceID: "device", turn: turn, timeline: timeline, heardText: "canary answer",
            userText: "canary question")
    }

    /// Runs the journal as a service, gives it two turns and stops it; then what is in its folder can be looked at.
    private func run(
        _ settings: ReportSettings, _ body: @Sendable (_ folder: String, _ rows: [JournalEntry]) async throws -> Void
    ) async throws {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let folder = FileManager.default.temporaryDirectory.appending(path: "yuyan-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: "\(folder)/data", withIntermediateDirectories: true)
        let database = try Database(path: "\(folder)/data/yuyan.sqlite")
        let web = WebClient()
        let metrics = ServerMetrics()
        let journal = DialogueJournal(
            database, settings: settings, directory: folder, web: web, logger: logger,
            metrics: metrics)
        #expect(journal.problems.isEmpty)
        let group = ServiceGroup(configuration: .init(services: [journal], logger: logger))
        async let served: Void = group.run()
        journal.observe(report(1))
        if settings.writesFile {
            while !FileManager.default.fileExists(atPath: "\(folder)/data/reports.jsonl") { await Task.yield() }
            while try await ReportStore(database).count(for: "file") > 0 { await Task.yield() }
        }
        await group.triggerGracefulShutdown()
        try await served
        // A turn that ended while the server stopped.
        journal.observe(report(2))
        await journal.close()
        try await web.shutdown()
        try await body(folder, try await TurnStore(database).latest(9).reversed())
    }

    @Test func `every turn is a row with its times and without its words, and nothing is reported`() async throws {
        try await run(ReportSettings()) { folder, rows in
            #expect(rows.map(\.turn) == [1, 2])
            #expect(rows.first?.ending == "interrupted")
            #expect(rows.first?.timings == ["endpoint": 1500.0, "first_frame": 1812.3])
            #expect(rows.allSatisfy { $0.userText == nil && $0.heardText == nil })
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/data/reports.jsonl"))
            for file in try FileManager.default.contentsOfDirectory(atPath: "\(folder)/data") {
                let data = try Data(contentsOf: URL(filePath: "\(folder)/data/\(file)"))
                #expect(data.range(of: Data("canary".utf8)) == nil, "\(file) holds what was said")
            }
        }
    }

    @Test func `the owner may have the words, in the journal and in the reports`() async throws {
        var settings = ReportSettings()
        (settings.writesFile, settings.keepsTranscripts) = (true, true)
        try await run(settings) { folder, rows in
            #expect(rows.map(\.userText) == ["canary question", "canary question"])
            let text = try String(contentsOfFile: "\(folder)/data/reports.jsonl", encoding: .utf8)
            let line = try JSON(parsing: String(try #require(text.split(separator: "\n").first)))
            #expect(line["turn_id"] == 1)
            #expect(line["device_id"] == "device")
            #expect(line["heard_text"] == "canary answer")
        }
    }
}
