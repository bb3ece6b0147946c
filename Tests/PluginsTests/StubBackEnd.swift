import HTTPTypes
import Hummingbird
import Logging
import Synchronization

/// A local back end that answers by path and keeps what it was asked.
final class StubBackEnd: Sendable {
    struct Request: Sendable {
        var method: String
        /// Path and query.
        var target: String
        var headers: [String: String]
        var body: String
    }
    private let seen = Mutex<[Request]>([])
    private let answers: [String: String]
    private let redirects: [String: String]
    private let silent: Set<String>
    let url = Mutex("")

    private init(_ answers: [String: String], redirects: [String: String], silent: Set<String>) {
        self.answers = answers
        self.redirects = redirects
        self.silent = silent
    }

    var requests: [Request] { seen.withLock { $0 } }
    var base: String { url.withLock { $0 } }

    private func answer(_ request: Hummingbird.Request) async throws -> Response {
        let body = try await request.body.collect(upTo: 1 << 20)
        var headers: [String: String] = [:]
        for field in request.headers { headers[field.name.canonicalName] = field.value }
        let target = request.uri.string
        seen.withLock {
            $0.append(
                Request(
                    method: request.method.rawValue, target: target, headers: headers,
                    body: String(decoding: body.readableBytesView, as: UTF8.self)))
        }
        let path = String(target.prefix { $0 != "?" })
        // Until the client gives up or the test ends.
        if silent.contains(path) { try await Task.sleep(for: .seconds(60)) }
        if let target = redirects[path] {
            let other = base.replacing("127.0.0.1", with: "localhost")
            return Response(status: .temporaryRedirect, headers: [.location: other + target])
        }
        guard let text = answers[path]?.replacing("{base}", with: base) else { return Response(status: .notFound) }
        return Response(status: .ok, body: .init(byteBuffer: .init(string: text)))
    }

    /// - Parameters:
    ///   - answers: bodies by path, with the stub's own address in place of `{base}`; any other path is 404.
    ///   - redirects: paths that lead to a path at another host name.
    ///   - silent: paths that do not answer in time.
    static func run(
        _ answers: [String: String], redirects: [String: String] = [:], silent: Set<String> = [],
        _ body: @escaping @Sendable (StubBackEnd) async throws -> Void
    ) async throws {
        let stub = StubBackEnd(answers, redirects: redirects, silent: silent)
        let (running, announce) = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingNewest(1))
        let router = Router()
        router.get("**") { request, _ in try await stub.answer(request) }
        router.post("**") { request, _ in try await stub.answer(request) }
        let app = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { announce.yield($0.localAddress?.port ?? 0) },
            logger: Logger(label: "stub") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await app.run() }
            var ports = running.makeAsyncIterator()
            let port = await ports.next() ?? 0
            stub.url.withLock { $0 = "http://127.0.0.1:\(port)" }
            try await body(stub)
            group.cancelAll()
        }
    }
}
