import Flow
import JSON
import Logging
import ServiceLifecycle
import Telemetry
import Testing
import VoiceAPI
import WebClient

/// Alerts: a state machine without time, a meter over counters, and the service around them.
@Suite("Alerts") struct AlertTests {
    private func changes(_ values: [Double?], raiseAfter: Int = 3, clearAfter: Int = 2) -> [Int: AlertState.Change] {
        var state = AlertState(
            AlertRule(.connections, limit: 100, clearShare: 0.8, raiseAfter: raiseAfter, clearAfter: clearAfter))
        var changes: [Int: AlertState.Change] = [:]
        for (index, value) in values.enumerated() { changes[index] = state.evaluate(value) }
        return changes
    }

    @Test(
        arguments: [
            // Three in a row above the limit raise it, the limit itself does not.
            ([101, 101, 101], [2: AlertState.Change.raised]), ([100, 100, 100, 100], [:]),
            ([101, 101, 100, 101, 101], [:]),
            // Two in a row at or below 80 clear it; between 80 and 100 nothing changes.
            ([101, 101, 101, 80, 80], [2: .raised, 4: .cleared]), ([101, 101, 101, 90, 90, 90, 90], [2: .raised]),
            ([101, 101, 101, 80, 81, 80, 80], [2: .raised, 6: .cleared]),
            // After clearing it takes three again.
            ([101, 101, 101, 0, 0, 101, 101, 0], [2: .raised, 4: .cleared]),
        ] as [([Double], [Int: AlertState.Change])])
    func `it is raised after bad values and cleared after good ones below a lower limit`(
        values: [Double], expected: [Int: AlertState.Change]
    ) {
        #expect(changes(values) == expected)
    }

    @Test func `a value that trembles about the limit does not flap`() {
        let values = (0..<100).map { $0.isMultiple(of: 2) ? 99.0 : 101.0 }
        #expect(changes([101, 101, 101] + values) == [2: .raised])
        #expect(changes(values).isEmpty)
    }

    @Test func `nothing to measure is quiet`() {
        #expect(changes([nil, nil, nil, nil]).isEmpty)
        #expect(changes([101, 101, 101, nil, nil]) == [2: .raised, 4: .cleared])
    }

    @Test func `rates and percentiles look back over the window only`() throws {
        let metrics = ServerMetrics()
        var meter = AlertMeter(window: 3)
        func values() -> [AlertKind: Double] {
            meter.add(
                .init(
                    connections: 5, backlog: 7, providerCalls: metrics.providerCalls.total,
                    providerErrors: metrics.providerErrors.total, firstAudio: metrics.timeToFirstAudio.total))
        }
        #expect(values() == [.connections: 5, .backlog: 7])
        for _ in 0..<8 { metrics.providerAnswered("Mind", kind: "llm") }
        for _ in 0..<2 {
            metrics.providerFailed(.init(.timedOut, provider: "Mind", message: "slow"), kind: "llm")
        }
        for _ in 0..<10 { metrics.timeToFirstAudio.observe(.milliseconds(1900)) }
        let now = values()
        #expect(now[.errorRate] == 0.2)
        #expect(try #require(now[.firstAudio]) > 1500 && #require(now[.firstAudio]) <= 2000)
        #expect(values()[.errorRate] == 0.2)
        // Three samples later they are of the past.
        _ = values()
        let later = values()
        #expect(later[.errorRate] == nil)
        #expect(later[.firstAudio] == nil)
    }

    @Test func `too few calls say nothing about a rate`() {
        var meter = AlertMeter(window: 3)
        let histogram = MetricsRegistry().histogram("yuyan_q_seconds", "Q.").total
        let values = meter.add(
            .init(connections: 0, backlog: 0, providerCalls: 2, providerErrors: 2, firstAudio: histogram))
        #expect(values[.errorRate] == nil)
    }

    @Test func `the book lists every rule and keeps what came and went, newest first and bounded`() throws {
        let book = AlertBook(rules: [
            AlertRule(.backlog, limit: 10, raiseAfter: 1, clearAfter: 1), AlertRule(.connections, limit: 5),
        ])
        for _ in 0..<100 {
            #expect(book.evaluate([.backlog: 11], at: SampleTurn.endedAt).map(\.change) == [.raised])
            #expect(book.firing == [.backlog])
            #expect(book.evaluate([.backlog: 1], at: SampleTurn.endedAt).map(\.change) == [.cleared])
        }
        _ = book.evaluate([.backlog: 12.34567], at: SampleTurn.endedAt)
        let json = book.json
        let first = try #require(json["alerts"]?.array?.first)
        #expect(first["alert"]?.string == "backlog")
        #expect(first["state"]?.string == "firing")
        #expect(first["value"]?.double == 12.346)
        #expect(first["clears_at"]?.double == 8)
        #expect(first["since"]?.string == "2026-11-24T00:00:00.000Z")
        #expect(json["alerts"]?.array?.last?["state"]?.string == "ok")
        #expect(json["history"]?.array?.count == AlertBook.historyLimit)
        #expect(json["history"]?.array?.first?["state"]?.string == "firing")
    }

    @Test func `the service tells the webhook, again when it is refused, and counts what fires`() async throws {
        try await StubService.run(
            respond: { number, _ in .init(status: number == 1 ? 503 : 200) }
        ) { hook in
            let metrics = ServerMetrics()
            let book = AlertBook(rules: [AlertRule(.connections, limit: 1, raiseAfter: 2, clearAfter: 1)])
            let client = WebClient()
            metrics.connectionsActive.set(3)
            let service = AlertService(
                book: book, metrics: metrics, webhook: "\(hook.url)/alert", client: client,
                interval: .milliseconds(20), clock: SessionClock(ContinuousClock()),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }, backlog: { 0 })
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await service.run() }
                group.addTask {
                    try await waitUntil { book.firing == [.connections] && metrics.alertsActive.with().value == 1 }
                    try await waitUntil { hook.exchanges.count == 2 }
                    metrics.connectionsActive.set(0)
                    try await waitUntil { hook.exchanges.count == 3 }
                }
                try await group.next()
                group.cancelAll()
            }
            try await client.shutdown()
            let told = hook.exchanges.compactMap(\.json)
            #expect(told.map { $0["state"]?.string } == ["firing", "firing", "resolved"])
            #expect(told.allSatisfy { $0["alert"]?.string == "connections" })
            #expect(told.first?["value"]?.double == 3)
            #expect(hook.exchanges.allSatisfy { $0.method == "POST" && $0.path == "/alert" })
        }
    }

    @Test func `other rules leave an alert whose rule stays as it is, and begin a changed one anew`() {
        let (first, second) = (
            AlertRule(.connections, limit: 10, raiseAfter: 1), AlertRule(.backlog, limit: 10, raiseAfter: 1)
        )
        let book = AlertBook(rules: [first, second])
        _ = book.evaluate([.connections: 11, .backlog: 11], at: 1)
        #expect(book.firing == [.connections, .backlog])
        book.change(rules: [first, AlertRule(.backlog, limit: 20, raiseAfter: 1)])
        #expect(book.firing == [.connections])
        #expect(book.evaluate([.connections: 11, .backlog: 21], at: 2).map(\.kind) == [.backlog])
        book.change(rules: [])
        #expect(book.isEmpty && book.firing.isEmpty)
    }

    private func waitUntil(_ condition: () -> Bool) async throws {
        let clock = ContinuousClock()
        let deadline = clock.now + .seconds(10)
        while !condition() {
            guard clock.now < deadline else { throw CancellationError() }
            try await clock.sleep(for: .milliseconds(10))
        }
    }
}
