import Hummingbird
import JSON
import Logging
import NIOCore
import Synchronization

/// A local chat service with the OpenAI wire format; a test decides about every answer.
final class ChatService: Sendable {
    enum Answer: Sendable {
        case words(String)
        case status(Int)
        /// A few words, then the connection breaks.
        case cut
        /// Bytes that are no answer.
        case garbage
        /// Nothing, until the client gives up.
        case stall
    }

    /// What decides: the number of the call, from zero, and the person's last words.
    typealias Decision = @Sendable (_ call: Int, _ question: String) -> Answer

    private let state = Mutex((calls: 0, stalled: 0))
    private let decide: Decision

    private init(_ decide: @escaping Decision) { self.decide = decide }

    /// Calls so far.
    var calls: Int { state.withLock { $0.calls } }
    /// Calls that are kept waiting now.
    var stalled: Int { state.withLock { $0.stalled } }

    /// Runs a service for the length of `body`, which gets it and the configuration that makes it a server's model.
    static func run<Result: Sendable>(
        _ decide: @escaping Decision,
        _ body: @escaping @Sendable (ChatService, _ configuration: String) async throws -> Result
    ) async throws -> Result {
        let service = ChatService(decide)
        let (running, announce) = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingNewest(1))
        let router = Router()
        router.post("**") { request, _ in
            var request = request
            let bytes = try await request.collectBody(upTo: 8 << 20)
            return try await service.answer(JSON(parsing: bytes.readableBytesView), to: request)
        }
        let app = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { announce.yield($0.localAddress?.port ?? 0) },
            logger: Logger(label: "chat") { _ in SwiftLogNoOpLogHandler() })
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await app.run() }
            defer { group.cancelAll() }
            var ports = running.makeAsyncIterator()
            let port = await ports.next() ?? 0
            return try await body(
                service,
                """
                selected_module: {LLM: [Chat]}
                LLM: {Chat: {type: openai, base_url: "http://127.0.0.1:\(port)/v1", model_name: m}}
                """)
        }
    }

    private func answer(_ question: JSON, to request: Request) async throws -> Response {
        let messages = question["messages"]?.array ?? []
        let words = messages.last { $0["role"] == "user" }?["content"]?.string ?? ""
        let call = state.withLock { state in
            defer { state.calls += 1 }
            return state.calls
        }
        switch decide(call, words) {
        case .words(let words): return Self.stream([Self.chunk(words), "data: [DONE]\n\n"])
        case .status(let code):
            return Response(
                status: .init(code: code), body: .init(byteBuffer: ByteBuffer(string: #"{"error":{"message":"no"}}"#)))
        case .cut: return Self.stream([Self.chunk("Well, let me")], isCut: true)
        case .garbage: return Self.stream(["\u{1}\u{2}no event\n\ndata: {{{\n\n"])
        case .stall:
            state.withLock { $0.stalled += 1 }
            defer { state.withLock { $0.stalled -= 1 } }
            try await request.body.consumeWithCancellationOnInboundClose { _ in
                try await Task.sleep(for: .seconds(600))
            }
            throw HTTPError(.serviceUnavailable)
        }
    }

    private static func chunk(_ words: String) -> String {
        let json: JSON = ["choices": [["delta": ["content": .string(words)]]]]
        return "data: \(json)\n\n"
    }

    private static func stream(_ pieces: [String], isCut: Bool = false) -> Response {
        Response(
            status: .ok,
            body: ResponseBody { writer in
                for piece in pieces { try await writer.write(ByteBuffer(string: piece)) }
                if isCut { throw CancellationError() }
                try await writer.finish(nil)
            })
    }
}
