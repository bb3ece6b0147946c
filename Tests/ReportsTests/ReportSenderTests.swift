import Flow
import GRDB
import JSON
import Logging
import Reports
import Storage
import Synchronization
import Testing
import VoiceAPI
import VoiceTesting

@Suite(.timeLimit(.minutes(1))) struct ReportSenderTests {
    private func fill(_ database: Storage.Database, _ turns: ClosedRange<Int>) async throws {
        try await TurnStore(database).write(
            turns.map {
                JournalEntry(
                    sessionID: "s", deviceID: "device-\($0 % 3)", turn: $0, endedAt: 1, ending: "completed",
                    timings: [:])
            }, reportingTo: ["scripted"])
    }

    private func sender(
        _ database: Storage.Database, _ sink: ScriptedSink,
        onSleep: @escaping @Sendable (Duration) async throws -> Void = { _ in }
    ) -> ReportSender {
        ReportSender(
            database, sink: sink, batch: 10, patience: .seconds(1000),
            clock: SessionClock(HurriedClock(watchdog: .seconds(600), onSleep: onSleep)),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    /// Runs a sender until `condition` holds.
    private func run(_ sender: ReportSender, until condition: @Sendable () async throws -> Bool) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await sender.run() }
            while try await !condition() { await Task.yield() }
            group.cancelAll()
        }
    }

    @Test func `reports are delivered in order and leave the database`() async throws {
        let database = try Database(path: nil)
        try await fill(database, 1...25)
        let sink = ScriptedSink()
        let sender = sender(database, sink)
        try await run(sender) { try await ReportStore(database).count(for: "scripted") == 0 }
        #expect(sink.taken == Array(1...25))
        #expect(sink.sizes == [10, 10, 5])
        #expect(sender.statistics.delivered == 25)
    }

    @Test func `a receiver that takes less at once gets less, and one report that is too large holds nobody up`()
        async throws
    {
        let database = try Database(path: nil)
        try await fill(database, 1...25)
        let sink = ScriptedSink(most: 3, tooLarge: 7)
        try await run(sender(database, sink)) { try await ReportStore(database).count(for: "scripted") == 0 }
        #expect(sink.taken == Array(1...6) + Array(8...25))
    }

    @Test func `what waits is counted again and again, also what nobody delivers`() async throws {
        let database = try Database(path: nil)
        try await fill(database, 1...25)
        let sleeps = Mutex<[Duration]>([])
        let counts = Mutex<[Int]>([])
        let (gate, open) = AsyncStream.makeStream(of: Void.self)
        let sender = sender(database, ScriptedSink()) { duration in
            sleeps.withLock { $0.append(duration) }
            open.yield()
        }
        #expect(sender.waiting == 0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await sender.countWaiting() }
            var looks = gate.makeAsyncIterator()
            _ = await looks.next()
            counts.withLock { $0.append(sender.waiting) }
            try await ReportStore(database).acknowledge("scripted", upTo: 10)
            while sender.waiting == 25 { _ = await looks.next() }
            counts.withLock { $0.append(sender.waiting) }
            group.cancelAll()
        }
        #expect(counts.withLock { $0 } == [25, 15])
        #expect(sleeps.withLock { $0 }.allSatisfy { $0 == .seconds(5) })
    }

    @Test func `a ring brings what came later`() async throws {
        let database = try Database(path: nil)
        let sink = ScriptedSink()
        let sender = sender(database, sink)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await sender.run() }
            for turn in 1...3 {
                try await fill(database, turn...turn)
                sender.ring()
                while sink.taken.count < turn { await Task.yield() }
            }
            group.cancelAll()
        }
        #expect(sink.taken == [1, 2, 3])
    }

    @Test func `a sink that fails and recovers gets everything in order, later and later`() async throws {
        let database = try Database(path: nil)
        try await fill(database, 1...25)
        // The second delivery fails eight times.
        let sink = ScriptedSink(failures: 2...9)
        let sleeps = Mutex<[Double]>([])
        let sender = sender(database, sink) { duration in sleeps.withLock { $0.append(duration / .seconds(1)) } }
        try await run(sender) { try await ReportStore(database).count(for: "scripted") == 0 }
        #expect(sink.taken == Array(1...25))
        #expect(sender.statistics.failures == 8)
        let delays = sleeps.withLock { $0 }
        #expect(delays.count == 8)
        for (delay, wanted) in zip(delays, [1.0, 2, 4, 8, 16, 32, 60, 60]) {
            #expect(delay >= wanted * 0.8 && delay <= min(wanted * 1.2, 60))
        }
    }

    @Test func `a service that asks for more time gets it, up to a minute`() async throws {
        let database = try Database(path: nil)
        try await fill(database, 1...1)
        let sink = ScriptedSink(failures: 1...2, retryAfter: .seconds(45))
        let sleeps = Mutex<[Duration]>([])
        let sender = sender(database, sink) { duration in sleeps.withLock { $0.append(duration) } }
        try await run(sender) { try await ReportStore(database).count(for: "scripted") == 0 }
        #expect(sleeps.withLock { $0 } == [.seconds(45), .seconds(45)])
    }

    @Test func `what was delivered but not acknowledged before a crash is delivered again`() async throws {
        let database = try Database(path: nil)
        try await fill(database, 1...5)
        let first = ScriptedSink(failures: 1...1000)
        let failing = sender(database, first) { _ in }
        try await run(failing) { first.sizes.count > 2 }
        #expect(try await ReportStore(database).count(for: "scripted") == 5)
        let second = ScriptedSink()
        try await run(sender(database, second)) { try await ReportStore(database).count(for: "scripted") == 0 }
        #expect(second.taken == [1, 2, 3, 4, 5])
    }

    @Test func `what a sink takes while the server stops is not sent again by the next start`() async throws {
        let database = try Database(path: nil)
        try await fill(database, 1...5)
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        let sink = StubbornSink { begin.yield() }
        let sender = ReportSender(
            database, sink: sink, patience: .seconds(1000),
            clock: SessionClock(HurriedClock(watchdog: .seconds(600)) { _ in }),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await sender.run() }
            for await _ in begun { break }
            group.cancelAll()
        }
        #expect(try await ReportStore(database).count(for: "scripted") == 0)
    }

    @Test func `a disk that refuses the acknowledgement does not make a storm of repetitions`() async throws {
        let database = try Database(path: nil)
        try await fill(database, 1...25)
        let sink = ScriptedSink()
        try await database.writer.write { try $0.execute(sql: "PRAGMA query_only = 1") }
        let sender = sender(database, sink)
        try await run(sender) { sender.statistics.delivered == 25 }
        #expect(sink.taken == Array(1...25))
    }
}

/// Takes reports and fails when it is told to.
private final class ScriptedSink: ReportSink {
    let name = "scripted"
    private let failures: ClosedRange<Int>?
    private let retryAfter: Duration?
    private let most: Int
    private let tooLarge: Int?
    private let state = Mutex((calls: [Int](), taken: [Int]()))

    /// - Parameters:
    ///   - failures: which calls fail, counted from 1.
    ///   - most: reports it takes at once.
    ///   - tooLarge: the turn whose report it never takes.
    init(
        failures: ClosedRange<Int>? = nil, retryAfter: Duration? = nil, most: Int = .max, tooLarge: Int? = nil
    ) {
        self.most = most
        self.tooLarge = tooLarge
        self.failures = failures
        self.retryAfter = retryAfter
    }

    var taken: [Int] { state.withLock { $0.taken } }
    var sizes: [Int] { state.withLock { $0.calls } }

    func deliver(_ reports: [Report]) async throws {
        try state.withLock { state in
            state.calls.append(reports.count)
            if let failures, failures.contains(state.calls.count) {
                throw ProviderError(.unavailable, provider: name, message: "down", retryAfter: retryAfter)
            }
            let turns = reports.compactMap { $0.body["turn_id"]?.integer }
            if turns.count > most || turns.contains(where: { $0 == tooLarge }) {
                throw ProviderError(.invalidRequest, provider: name, message: "too much", status: 413)
            }
            state.taken += reports.compactMap { $0.body["turn_id"]?.integer }
        }
    }
}

/// Takes reports for good once its task is cancelled, as a disk does that was slow.
private struct StubbornSink: ReportSink {
    let name = "scripted"
    let onBegin: @Sendable () -> Void

    func deliver(_ reports: [Report]) async throws {
        onBegin()
        while !Task.isCancelled { await Task.yield() }
    }
}
