import Flow
import JSON
import Logging
import ServiceLifecycle
import Telemetry
import Testing
import Tools
import VoiceAPI
import WebClient

/// One trace for each turn, in OTLP's own words.
@Suite("Traces") struct TraceTests {
    private func spans(_ json: JSON?) -> [JSON] {
        json?["resourceSpans"]?.array?.first?["scopeSpans"]?.array?.first?["spans"]?.array ?? []
    }

    private func attribute(_ name: String, of span: JSON) -> String? {
        let value = span["attributes"]?.array?.first { $0["key"]?.string == name }?["value"]
        return value?["stringValue"]?.string ?? value?["intValue"]?.string
    }

    @Test func `a turn becomes a root span with a child for each stage`() throws {
        var record = SampleTurn.record()
        record.tools = [
            ToolTiming(
                name: "weather", source: .plugin, start: .milliseconds(10_700), end: .milliseconds(10_800),
                isFailed: true)
        ]
        let body = OTLPTrace.request([record], version: "1.2.3")
        let resource = try #require(body["resourceSpans"]?.array?.first?["resource"])
        #expect(attribute("service.name", of: resource) == "yuyan")
        #expect(attribute("service.version", of: resource) == "1.2.3")
        let spans = spans(body)
        #expect(spans.map { $0["name"]?.string } == ["turn", "vad", "asr", "intent", "llm", "tool", "tts", "playout"])
        let root = try #require(spans.first)
        #expect(root["parentSpanId"] == nil)
        #expect(spans.dropFirst().allSatisfy { $0["parentSpanId"] == root["spanId"] })
        #expect(Set(spans.compactMap { $0["spanId"]?.string }).count == spans.count)
        #expect(spans.allSatisfy { $0["spanId"]?.string?.count == 16 })
        #expect(spans.allSatisfy { $0["traceId"]?.string == record.traceID.text && record.traceID.text.count == 32 })
        // The turn ends at the wall clock of the report; 64-bit numbers are texts.
        #expect(root["endTimeUnixNano"]?.string == String(SampleTurn.endedAt))
        #expect(root["startTimeUnixNano"]?.string == String(SampleTurn.endedAt - 3_010_000_000))
        let llm = try #require(spans.first { $0["name"]?.string == "llm" })
        #expect(attribute("yuyan.provider", of: llm) == "Mind")
        #expect(llm["status"]?["code"]?.integer == 0)
        let tool = try #require(spans.first { $0["name"]?.string == "tool" })
        #expect(tool["status"]?["code"]?.integer == 2)
        #expect(attribute("yuyan.outcome", of: tool) == "failed")
        #expect(attribute("device.id", of: root) == "aa:bb:cc:dd:ee:ff")
        #expect(attribute("yuyan.time_to_first_audio_ms", of: root) == "1010")
        #expect(root["events"]?.array?.map { $0["name"]?.string }.first == "last_voice")
        #expect(!body.description.contains("sunny") && !body.description.contains("weather is"))
    }

    /// Runs an exporter beside `body`, then stops it gracefully.
    private func export(
        to endpoint: String, limit: Int = 1000, metrics: ServerMetrics = ServerMetrics(),
        _ body: @escaping @Sendable (TraceExporter) async throws -> Void
    ) async throws {
        let client = WebClient()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let exporter = TraceExporter(
            endpoint: endpoint, version: "1", client: client, metrics: metrics,
            clock: SessionClock(ContinuousClock()), logger: logger, limit: limit)
        let services = ServiceGroup(configuration: .init(services: [exporter], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await services.run() }
            try await body(exporter)
            await services.triggerGracefulShutdown()
            try await group.waitForAll()
        }
        try await client.shutdown()
    }

    @Test func `turns are sent together, again when the collector is busy, and the last ones at the stop`() async throws
    {
        let metrics = ServerMetrics()
        try await StubService.run(respond: { number, _ in .init(status: number == 1 ? 503 : 200) }) { collector in
            try await export(to: "\(collector.url)/", metrics: metrics) { exporter in
                for turn in 1...3 { exporter.offer(SampleTurn.record(SampleTurn.report(turn: turn))) }
                let clock = ContinuousClock()
                let deadline = clock.now + .seconds(10)
                while collector.exchanges.count < 2, clock.now < deadline {
                    try await clock.sleep(for: .milliseconds(10))
                }
                exporter.offer(SampleTurn.record(SampleTurn.report(turn: 4)))
            }
            let exchanges = collector.exchanges
            #expect(exchanges.count == 3)
            #expect(exchanges.allSatisfy { $0.path == "/v1/traces" && $0.method == "POST" })
            #expect(exchanges.allSatisfy { $0.headers["content-type"] == "application/json" })
            let roots = exchanges.map { exchange in
                spans(exchange.json).filter { $0["name"]?.string == "turn" }.map { attribute("yuyan.turn_id", of: $0) }
            }
            #expect(roots == [["1", "2", "3"], ["1", "2", "3"], ["4"]])
            #expect(metrics.providerRetries.with("OTLP").value == 1)
            #expect(exchanges.allSatisfy { !String(decoding: $0.body, as: UTF8.self).contains("sunny") })
        }
    }

    @Test func `without a collector nothing waits for it, and what is dropped is counted`() async throws {
        let metrics = ServerMetrics()
        // Port 9 discards; nobody listens there.
        try await export(to: "http://127.0.0.1:9", limit: 2, metrics: metrics) { exporter in
            for turn in 1...50 { exporter.offer(SampleTurn.record(SampleTurn.report(turn: turn))) }
            #expect(exporter.depth <= 2)
        }
        #expect(metrics.queueDropped.with("traces").value == 50)
    }
}
