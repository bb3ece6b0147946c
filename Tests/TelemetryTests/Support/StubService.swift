import HTTPTypes
import Hummingbird
import JSON
import Logging
import NIOCore
import Synchronization

/// A local HTTP service that keeps what it was told.
final class StubService: Sendable {
    struct Exchange: Sendable {
        var method: String
        var path: String
        var headers: [String: String]
        var body: [UInt8]

        var json: JSON? { try? JSON(parsing: body) }
    }
    struct Reply: Sendable {
        var status = 200
        var contentType = "application/json"
        var headers: [String: String] = [:]
        var body: [UInt8] = []
    }

    private let state = Mutex<[Exchange]>([])
    private let respond: @Sendable (Int, Exchange) -> Reply
    private let portBox = Mutex(0)

    private init(_ respond: @escaping @Sendable (Int, Exchange) -> Reply) { self.respond = respond }

    var exchanges: [Exchange] { state.withLock { $0 } }
    var port: Int { portBox.withLock { $0 } }
    var url: String { "http://127.0.0.1:\(port)" }

    private func answer(_ exchange: Exchange) -> Reply {
        let number = state.withLock { exchanges in
            exchanges.append(exchange)
            return exchanges.count
        }
        return respond(number, exchange)
    }

    /// Runs `body` while the service runs.
    ///
    /// - Parameter respond: gets the number of the exchange, from 1, and the exchange.
    static func run(
        respond: @escaping @Sendable (Int, Exchange) -> Reply = { _, _ in Reply() },
        _ body: @escaping @Sendable (StubService) async throws -> Void
    ) async throws {
        let service = StubService(respond)
        let (running, announce) = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingNewest(1))
        let router = Router()
        let handler: @Sendable (Request, BasicRequestContext) async throws -> Response = { request, _ in
            let buffer = try await request.body.collect(upTo: 8 << 20)
            var headers: [String: String] = [:]
            for field in request.headers { headers[field.name.canonicalName] = field.value }
            let reply = service.answer(
                Exchange(
                    method: request.method.rawValue, path: request.uri.path, headers: headers,
                    body: Array(buffer.readableBytesView)))
            var fields = HTTPFields()
            fields[.contentType] = reply.contentType
            for (name, value) in reply.headers {
                if let name = HTTPField.Name(name) { fields[name] = value }
            }
            return Response(
                status: .init(code: reply.status), headers: fields,
                body: .init(byteBuffer: ByteBuffer(bytes: reply.body)))
        }
        router.get("**", use: handler)
        router.post("**", use: handler)
        let app = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { announce.yield($0.localAddress?.port ?? 0) },
            logger: Logger(label: "stub") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await app.run() }
            var ports = running.makeAsyncIterator()
            let port = await ports.next() ?? 0
            service.portBox.withLock { $0 = port }
            try await body(service)
            group.cancelAll()
        }
    }
}
