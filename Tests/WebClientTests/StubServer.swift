import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization

/// A local HTTP service that answers as a test tells it and notices who leaves.
final class StubServer: Sendable {
    enum Answer: Sendable {
        case whole(Int, body: String, headers: [(String, String)] = [])
        /// The pieces, then silence until the client leaves.
        case unfinished([String])
        /// Nothing, until the client leaves.
        case silence
    }

    private struct State {
        var answer: Answer
        var begun = 0
        var abandoned = 0
    }

    let port: Int
    private let state: Mutex<State>
    private let changes: AsyncStream<Void>
    private let announceChange: AsyncStream<Void>.Continuation

    private init(port: Int, answer: Answer) {
        self.port = port
        state = Mutex(State(answer: answer))
        (changes, announceChange) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    var begun: Int { state.withLock { $0.begun } }
    /// Requests whose client left before the answer was complete.
    var abandoned: Int { state.withLock { $0.abandoned } }

    func answer(with answer: Answer) { state.withLock { $0.answer = answer } }

    /// Waits until `condition` holds, looking again at every change; the test's time limit bounds it.
    func wait(until condition: @Sendable () -> Bool) async {
        if condition() { return }
        for await _ in changes where condition() { return }
    }

    static func run(_ answer: Answer, _ body: @escaping @Sendable (StubServer) async throws -> Void) async throws {
        let (running, announce) = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingNewest(1))
        let box = Box()
        let router = Router()
        for method in [HTTPRequest.Method.get, .post] {
            router.on("**", method: method) { request, _ in
                guard let stub = box.server else { throw HTTPError(.serviceUnavailable) }
                return try await stub.respond(to: request)
            }
        }
        let app = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { announce.yield($0.localAddress?.port ?? 0) },
            logger: Logger(label: "stub") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await app.run() }
            var ports = running.makeAsyncIterator()
            let stub = StubServer(port: await ports.next() ?? 0, answer: answer)
            box.set(stub)
            defer { group.cancelAll() }
            try await body(stub)
        }
    }

    private func change(_ body: (inout State) -> Void) {
        state.withLock { body(&$0) }
        announceChange.yield()
    }

    private func respond(to request: Request) async throws -> Response {
        let answer = state.withLock { $0.answer }
        change { $0.begun += 1 }
        switch answer {
        case .whole(let status, let body, let headers):
            var fields = HTTPFields()
            for (name, value) in headers {
                if let name = HTTPField.Name(name) { fields[name] = value }
            }
            return Response(
                status: .init(code: status), headers: fields, body: .init(byteBuffer: ByteBuffer(string: body)))
        case .unfinished(let pieces):
            return Response(
                status: .ok,
                body: ResponseBody { writer in
                    for piece in pieces { try await writer.write(ByteBuffer(string: piece)) }
                    try await self.waitForTheClientToLeave(request)
                })
        case .silence:
            try await waitForTheClientToLeave(request)
            throw HTTPError(.serviceUnavailable)
        }
    }

    private func waitForTheClientToLeave(_ request: Request) async throws {
        do {
            try await request.body.consumeWithCancellationOnInboundClose { _ in
                try await Task.sleep(for: .seconds(600))
            }
        } catch {
            change { $0.abandoned += 1 }
            throw error
        }
    }

    private final class Box: Sendable {
        private let shared = Mutex<StubServer?>(nil)
        var server: StubServer? { shared.withLock { $0 } }
        func set(_ server: StubServer) { shared.withLock { $0 = server } }
    }
}
