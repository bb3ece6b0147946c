import Conversation
import Flow
import GRDB
import JSON
import Logging
import Storage
import Synchronization
import Testing
import VoiceTesting

#if canImport(FoundationEssentials)
    import FoundationEssentials
#endif

@Suite(.timeLimit(.minutes(1))) struct TurnJournalTests {
    private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    private func entry(_ turn: Int, device: String = "d", endedAt: Int64 = 1_000, text: String? = nil) -> JournalEntry {
        JournalEntry(
            sessionID: "s", deviceID: device, turn: turn, endedAt: endedAt, ending: "completed",
            timings: ["endpoint": 12.5], userText: text, heardText: nil)
    }

    private func journal(
        _ database: Storage.Database, sinks: [String] = [], limits: JournalLimits = JournalLimits(), now: Int64 = 0,
        logger: Logger = Self.quiet, onSleep: @escaping @Sendable (Duration) async throws -> Void = { _ in }
    ) -> TurnJournal {
        TurnJournal(
            database, sinks: sinks, limits: limits, now: { now }, clock: SessionClock(HurriedClock(onSleep: onSleep)),
            logger: logger)
    }

    @Test func `what is recorded is written as it was, in its order`() async throws {
        let database = try Database(path: nil)
        let journal = journal(database)
        let entries = (1...250).map { entry($0, text: $0 == 7 ? "你好" : nil) }
        for entry in entries { #expect(journal.record(entry)) }
        await journal.close(within: .seconds(5))
        #expect(try await TurnStore(database).latest(1000).reversed() == entries)
        #expect(journal.statistics.written == 250)
        #expect(journal.depth == 0)
    }

    @Test func `a running writer writes without being asked, and what its cancellation left is written by close`()
        async throws
    {
        let database = try Database(path: nil)
        let journal = journal(database)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await journal.run() }
            journal.record(entry(1))
            while try await TurnStore(database).count() < 1 { await Task.yield() }
            group.cancelAll()
        }
        journal.record(entry(2))
        #expect(try await TurnStore(database).count() == 1)
        await journal.close(within: .seconds(5))
        #expect(try await TurnStore(database).latest(9).map(\.turn) == [2, 1])
    }

    @Test func `what does not fit in memory is dropped, counted and said once`() async throws {
        let log = LogLines()
        var limits = JournalLimits()
        limits.queuedTurns = 3
        let database = try Database(path: nil)
        let journal = journal(database, limits: limits, logger: log.logger)
        let taken = (1...5).map { journal.record(entry($0)) }
        #expect(taken == [true, true, true, false, false])
        #expect(journal.statistics.dropped == 2)
        #expect(log.errors.count { $0.contains("dropped") } == 1)
        await journal.close(within: .seconds(5))
        #expect(try await TurnStore(database).latest(9).map(\.turn) == [3, 2, 1])
    }

    @Test func `a process that is killed loses nothing that was acknowledged`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "yuyan-\(UUID().uuidString)").path()
        try FileManager.default.createDirectory(atPath: "\(folder)/after", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let database = try Database(path: "\(folder)/yuyan.sqlite")
        let journal = journal(database, sinks: ["file"])
        for turn in 1...150 { journal.record(entry(turn)) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await journal.run() }
            while journal.statistics.written < 150 { await Task.yield() }
            // What SIGKILL leaves behind: the files as they are, never closed, no checkpoint.
            for suffix in ["", "-wal"] {
                try FileManager.default.copyItem(
                    atPath: "\(folder)/yuyan.sqlite\(suffix)", toPath: "\(folder)/after/yuyan.sqlite\(suffix)")
            }
            group.cancelAll()
        }
        let reopened = try Database(path: "\(folder)/after/yuyan.sqlite")
        #expect(try await TurnStore(reopened).latest(1000).map(\.turn) == (1...150).reversed())
        #expect(try await ReportStore(reopened).waiting(for: "file", after: 0, limit: 1000).count == 150)
    }

    @Test func `a full disk is said and counted, and the rows are written when there is room again`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "yuyan-\(UUID().uuidString)").path()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let database = try Database(path: "\(folder)/yuyan.sqlite")
        try await database.writer.write { try $0.execute(sql: "PRAGMA max_page_count = 1") }
        let log = LogLines()
        let sleeps = Mutex<[Duration]>([])
        let journal = journal(database, sinks: ["file"], logger: log.logger) { duration in
            let count = sleeps.withLock { sleeps in
                sleeps.append(duration)
                return sleeps.count
            }
            guard count == 4 else { return }
            // Somebody made room.
            try await database.writer.write { try $0.execute(sql: "PRAGMA max_page_count = 100000") }
        }
        for turn in 1...150 { journal.record(entry(turn, text: String(repeating: "words ", count: 100))) }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await journal.run() }
            while journal.statistics.written < 150 { await Task.yield() }
            group.cancelAll()
        }
        #expect(journal.statistics.failedWrites == 4)
        #expect(journal.statistics.dropped == 0)
        #expect(log.errors.count { $0.contains("full") && $0.contains("cannot be written") } == 4)
        // 1, 2, 4, 8 s, a fifth more or less.
        let expected = [1.0, 2, 4, 8]
        let delays = sleeps.withLock { $0 }.map { $0 / .seconds(1) }
        #expect(delays.count == 4)
        for (delay, wanted) in zip(delays, expected) { #expect(delay >= wanted * 0.8 && delay <= wanted * 1.2) }
        #expect(try await TurnStore(database).latest(1000).map(\.turn) == (1...150).reversed())
        #expect(try await ReportStore(database).count(for: "file") == 150)
    }

    @Test func `closing on a disk that stays full ends in time and says how many are lost`() async throws {
        let database = try Database(path: nil)
        try await database.writer.write { try $0.execute(sql: "PRAGMA max_page_count = 1") }
        let log = LogLines()
        let journal = journal(database, logger: log.logger)
        for turn in 1...150 { journal.record(entry(turn, text: String(repeating: "words ", count: 100))) }
        await journal.close(within: .seconds(5))
        #expect(log.errors.contains { $0.contains("before the end") && $0.contains("150") })
        #expect(journal.statistics.dropped == 150)
        #expect(journal.record(entry(151)) == false)
    }

    @Test func `old rows and rows beyond the limit are forgotten, the oldest first`() async throws {
        let database = try Database(path: nil)
        var limits = JournalLimits()
        (limits.days, limits.turns, limits.reports) = (30, 5, 3)
        let day: Int64 = 86_400_000
        let journal = journal(database, sinks: ["file", "webhook"], limits: limits, now: 100 * day)
        for turn in 1...10 { journal.record(entry(turn, endedAt: turn <= 2 ? 60 * day : 99 * day)) }
        await journal.close(within: .seconds(5))
        try await journal.trim()
        #expect(try await TurnStore(database).latest(99).map(\.turn) == [10, 9, 8, 7, 6])
        let waiting = try await ReportStore(database).waiting(for: "webhook", after: 0, limit: 99)
        #expect(waiting.map { $0.body["turn_id"] } == [8, 9, 10])
        #expect(try await ReportStore(database).count(for: "file") == 3)
        #expect(journal.statistics.trimmedTurns == 5)
        #expect(journal.statistics.trimmedReports == 14)
    }

    @Test func `age alone is a reason, too`() async throws {
        let database = try Database(path: nil)
        let day: Int64 = 86_400_000
        let journal = journal(database, sinks: ["file"], now: 100 * day)
        for turn in 1...10 { journal.record(entry(turn, endedAt: turn <= 2 ? 60 * day : 99 * day)) }
        await journal.close(within: .seconds(5))
        try await journal.trim()
        #expect(try await TurnStore(database).count() == 8)
        #expect(try await ReportStore(database).count(for: "file") == 8)
    }

    @Test func `an aborted turn loses no report`() async throws {
        let conversation = try SimulatedConversation(
            answer: [[.say("This is a long answer that is cut.")], [.say("And this one is heard.")]],
            speak: [.speak(.seconds(8))])
        conversation.open()
        try conversation.say()
        conversation.simulation.advance(by: .seconds(1))
        conversation.send(["type": "abort"])
        try conversation.say()
        conversation.finishReply()
        let reports = conversation.reports.reports
        #expect(reports.map(\.timeline.ending) == [.interrupted, .completed])

        let database = try Database(path: nil)
        let journal = journal(database, sinks: ["file"])
        for report in reports {
            journal.record(
                JournalEntry(
                    sessionID: report.sessionID, deviceID: report.deviceID, turn: report.turn, endedAt: 1,
                    ending: report.timeline.ending.rawValue, timings: [:]))
        }
        await journal.close(within: .seconds(5))
        #expect(try await TurnStore(database).latest(9).map(\.ending) == ["completed", "interrupted"])
        let waiting = try await ReportStore(database).waiting(for: "file", after: 0, limit: 9)
        #expect(waiting.map { $0.body["ending"] } == ["interrupted", "completed"])
    }
}
