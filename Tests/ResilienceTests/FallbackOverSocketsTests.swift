import FaultInjection
import Flow
import Hummingbird
import Logging
import NIOCore
import OpenAIProvider
import Resilience
import Synchronization
import Testing
import VoiceAPI
import WebClient

/// A chain of two chat services over real sockets, the first one behind a proxy that breaks.
@Suite(.timeLimit(.minutes(1))) struct FallbackOverSocketsTests {
    private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Runs a chat service that answers every question with `word`.
    private func withService(_ word: String, _ body: @escaping @Sendable (Int) async throws -> Void) async throws {
        let (running, announce) = AsyncStream.makeStream(of: Int.self, bufferingPolicy: .bufferingNewest(1))
        let router = Router()
        router.post("**") { _, _ in
            let chunk = #"data: {"choices":[{"delta":{"content":"\#(word)"}}]}"#
            return Response(status: .ok, body: .init(byteBuffer: ByteBuffer(string: chunk + "\n\ndata: [DONE]\n\n")))
        }
        let app = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { announce.yield($0.localAddress?.port ?? 0) }, logger: Self.quiet)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await app.run() }
            var ports = running.makeAsyncIterator()
            let port = await ports.next() ?? 0
            defer { group.cancelAll() }
            try await body(port)
        }
    }

    private func withProxyAndClient(
        target: Int, _ body: (FaultProxy, WebClient) async throws -> Void
    ) async throws {
        let client = WebClient()
        do {
            try await FaultProxy.run(target: target) { try await body($0, client) }
        } catch {
            try await client.shutdown()
            throw error
        }
        try await client.shutdown()
    }

    private func ask(_ chain: FallbackLanguageModel) async -> (text: String, code: ProviderError.Code?) {
        var text = ""
        do throws(ProviderError) {
            try await chain.respond(to: Prompt(messages: [.user("hello")])) { event in
                if case .text(let piece) = event { text += piece }
            }
            return (text, nil)
        } catch {
            return (text, error.code)
        }
    }

    @Test func `whatever breaks, each question is answered, and the mended service gets its work back`() async throws {
        try await withService("first") { first in
            try await self.withService("second") { second in
                try await self.withProxyAndClient(target: first) { proxy, client in
                    let clock = SessionClock(ContinuousClock())
                    let events = Mutex<[ProviderEvent]>([])
                    // Five broken calls do not open it: this is about the chain alone.
                    var policy = BreakerPolicy()
                    policy.minimumCalls = 100
                    let links = [("A", proxy.port), ("B", second)].map { name, port in
                        FallbackLink<any LanguageModel>(
                            OpenAIChatModel(
                                configuration: .init(name: name, baseURL: "http://127.0.0.1:\(port)/v1", model: "m"),
                                client: client),
                            breaker: BreakerGuard(name: name, policy: policy, clock: clock),
                            firstOutputDeadline: name == "A" ? .milliseconds(400) : .seconds(20))
                    }
                    let chain = FallbackLanguageModel(
                        links,
                        options: FallbackOptions(clock: clock, logger: Self.quiet) { event in
                            events.withLock { $0.append(event) }
                        })
                    let faults: [(Fault, ProviderError.Code)] = [
                        (.refuse, .unavailable), (.halfOpen, .timedOut), (.garbage, .invalidResponse),
                        (.cut(afterBytes: 3), .unavailable), (.stall(afterBytes: 20), .timedOut),
                        (.slowDrip(bytes: 1, every: .milliseconds(50)), .timedOut), (.delay(.seconds(60)), .timedOut),
                    ]
                    for (fault, code) in faults {
                        try await proxy.set(fault)
                        let answer = await self.ask(chain)
                        #expect(answer.text == "second" && answer.code == nil, "\(fault)")
                        #expect(events.withLock { $0.suffix(2).map(\.code) } == [code, nil], "\(fault)")
                    }
                    try await proxy.set(.none)
                    events.withLock { $0 = [] }
                    // A busy machine may be late once; the mended service must answer in the end.
                    var answer = await self.ask(chain)
                    for _ in 0..<5 where answer.text != "first" { answer = await self.ask(chain) }
                    #expect(answer.text == "first")
                }
            }
        }
    }
}
