import Flow
import HTTPTypes
import Hummingbird
import JSON
import Logging
import NIOCore
import Reports
import Storage
import Synchronization
import Testing
import VoiceAPI
import WebClient

@Suite(.timeLimit(.minutes(1))) struct WebhookSinkTests {
    private let reports = (1...2).map {
        Report(
            id: Int64($0), deviceID: "d", createdAt: 5, body: ["ending": "completed", "turn_id": .integer(Int64($0))])
    }

    /// A receiver that answers with a status and keeps what it was sent.
    private func withReceiver(
        _ status: HTTPResponse.Status, _ body: @escaping @Sendable (String, WebClient) async throws -> Void
    ) async throws -> [JSON] {
        let bodies = Mutex<[JSON]>([])
        let router = Router()
        router.post("hook") { request, _ in
            let buffer = try await request.body.collect(upTo: 1 << 20)
            let json = try JSON(parsing: buffer.readableBytesView)
            bodies.withLock { $0.append(json) }
            return Response(status: status)
        }
        let (running, announce) = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingNewest(1))
        let app = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { announce.yield($0.localAddress?.port ?? 0) },
            logger: Logger(label: "stub") { _ in SwiftLogNoOpLogHandler() })
        let client = WebClient()
        do {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await app.run() }
                var ports = running.makeAsyncIterator()
                let port = await ports.next() ?? 0
                defer { group.cancelAll() }
                try await body("http://127.0.0.1:\(port)/hook", client)
            }
        } catch {
            try await client.shutdown()
            throw error
        }
        try await client.shutdown()
        return bodies.withLock { $0 }
    }

    @Test func `reports are posted together, each with its number`() async throws {
        let bodies = try await withReceiver(.noContent) { [reports] url, client in
            try await #require(WebhookSink(url: url, client: client)).deliver(reports)
        }
        #expect(
            bodies == [
                [
                    "reports": [
                        ["report_id": 1, "ending": "completed", "turn_id": 1],
                        ["report_id": 2, "ending": "completed", "turn_id": 2],
                    ]
                ]
            ])
    }

    @Test(arguments: [HTTPResponse.Status.internalServerError, .badRequest, .found])
    func `anything but success is no acknowledgement`(status: HTTPResponse.Status) async throws {
        _ = try await withReceiver(status) { [reports] url, client in
            let sink = try #require(WebhookSink(url: url, client: client))
            await #expect(throws: ProviderError.self) { try await sink.deliver(reports) }
        }
    }

    @Test func `only HTTP addresses are taken`() async throws {
        let client = WebClient()
        #expect(WebhookSink(url: "ftp://example.org", client: client) == nil)
        #expect(WebhookSink(url: "HTTPS://example.org/x", client: client) != nil)
        try await client.shutdown()
    }
}
