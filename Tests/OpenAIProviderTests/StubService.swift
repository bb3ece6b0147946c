import HTTPTypes
import Hummingbird
import JSON
import Logging
import NIOCore
import Synchronization

/// A local service with the OpenAI wire format and every fault a real one has shown.
final class StubService: Sendable {
    /// How a request is answered.
    indirect enum Answer: Sendable {
        case status(Int, body: String, headers: [(String, String)] = [])
        /// Pieces of a body, sent one by one.
        case stream([[UInt8]])
        /// Pieces, then the connection breaks.
        case cut([[UInt8]])
        /// Nothing, until the client gives up.
        case hang
        /// An answer that takes its time.
        case late(Duration, Answer)
    }

    private struct State {
        var requests: [String] = []
        var abandoned = 0
    }
    private let state = Mutex(State())
    let url: String

    private init(url: String) {
        self.url = url
    }

    /// The bodies received, as text.
    var requests: [String] { state.withLock { $0.requests } }
    /// Requests whose client went away while they hung.
    var abandoned: Int { state.withLock { $0.abandoned } }

    static func run(_ answer: Answer, _ body: @escaping @Sendable (StubService) async throws -> Void) async throws {
        let (running, announce) = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingNewest(1))
        let shared = Box()
        let router = Router()
        router.post("**") { request, _ in
            let bytes = try await request.body.collect(upTo: 8 << 20)
            shared.service?.note(String(decoding: bytes.readableBytesView, as: UTF8.self))
            return try await response(answer, shared)
        }
        let app = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { announce.yield($0.localAddress?.port ?? 0) },
            logger: Logger(label: "stub") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await app.run() }
            var ports = running.makeAsyncIterator()
            let stub = StubService(url: "http://127.0.0.1:\(await ports.next() ?? 0)/v1")
            shared.set(stub)
            try await body(stub)
            group.cancelAll()
        }
    }

    private func note(_ body: String) { state.withLock { $0.requests.append(body) } }
    private func noteAbandoned() { state.withLock { $0.abandoned += 1 } }

    private static func response(_ answer: Answer, _ shared: Box) async throws -> Response {
        switch answer {
        case .status(let code, let body, let headers):
            var fields = HTTPFields()
            for (name, value) in headers {
                if let name = HTTPField.Name(name) { fields[name] = value }
            }
            return Response(
                status: .init(code: code), headers: fields, body: .init(byteBuffer: ByteBuffer(string: body)))
        case .stream(let pieces), .cut(let pieces):
            return Response(
                status: .ok,
                body: ResponseBody { writer in
                    for piece in pieces { try await writer.write(ByteBuffer(bytes: piece)) }
                    if case .cut = answer { throw CancellationError() }
                    try await writer.finish(nil)
                })
        case .late(let delay, let answer):
            try await Task.sleep(for: delay)
            return try await response(answer, shared)
        case .hang:
            do { try await Task.sleep(for: .seconds(600)) } catch { shared.service?.noteAbandoned() }
            throw HTTPError(.serviceUnavailable)
        }
    }

    private final class Box: Sendable {
        private let state = Mutex<StubService?>(nil)
        var service: StubService? { state.withLock { $0 } }
        func set(_ service: StubService) { state.withLock { $0 = service } }
    }
}
