import Audio
import FaultInjection
import JSON
import OpenAIProvider
import Synchronization
import Testing
import VoiceAPI
import VoiceTesting
import WebClient

@Suite struct OpenAIProviderTests {
    private static let secret = "sk-canary-0123456789abcdef0123456789"

    private func withClient<Result>(
        limits: WebLimits = WebLimits(), _ body: (WebClient) async throws -> Result
    ) async throws -> Result {
        let client = WebClient(limits: limits)
        do {
            let result = try await body(client)
            try await client.shutdown()
            return result
        } catch {
            try await client.shutdown()
            throw error
        }
    }

    private func chat(_ answer: StubService.Answer, timeout: Duration = .seconds(10)) async throws -> [CompletionEvent]
    {
        let events = Log<CompletionEvent>()
        try await StubService.run(answer) { stub in
            try await withClient { client in
                var configuration = OpenAIChatModel.Configuration(
                    name: "Stub", baseURL: stub.url, apiKey: Self.secret, model: "m")
                configuration.firstByteTimeout = timeout
                try await OpenAIChatModel(configuration: configuration, client: client)
                    .respond(to: Prompt(messages: [.system("s"), .user("你好")])) { events.append($0) }
            }
            let sent = try JSON(parsing: try #require(stub.requests.first))
            #expect(sent["stream"] == true)
            #expect(sent["messages"]?[1]?["content"] == "你好")
        }
        return events.all
    }

    private static func sse(_ chunks: [String]) -> [UInt8] { Array(chunks.map { "data: \($0)\n\n" }.joined().utf8) }

    private static let answer = sse([
        #"{"choices":[{"delta":{"role":"assistant","content":""}}]}"#,
        #"{"choices":[{"delta":{"reasoning_content":"secret thoughts"}}]}"#,
        #"{"choices":[{"delta":{"content":"<think>hidden</th"}}]}"#, #"{"choices":[{"delta":{"content":"ink>你好，"}}]}"#,
        #"{"choices":[{"delta":{"content":"世界🙂"},"finish_reason":"stop"}]}"#,
        #"{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":5}}"#, "[DONE]",
    ])

    @Test(arguments: [1, 3, 7, 100_000])
    func `an answer is read however it is cut, and reasoning is never spoken`(size: Int) async throws {
        let bytes = Array(": keep-alive\n\n".utf8) + Self.answer
        let pieces = stride(from: 0, to: bytes.count, by: size).map { Array(bytes[$0..<min($0 + size, bytes.count)]) }
        let events = try await chat(.stream(pieces))
        let text = events.map { if case .text(let text) = $0 { text } else { "" } }.joined()
        #expect(text == "你好，世界🙂")
        #expect(events.contains(.usage(input: 3, output: 5)))
    }

    @Test func `tool calls are merged from their fragments`() async throws {
        let events = try await chat(
            .stream([
                Self.sse([
                    #"{"choices":[{"delta":{"tool_calls":[{"index":2,"id":"b","function":{"name":"two","arguments":""}}]}}]}"#,
                    #"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"a","function":{"name":"one","arguments":"{\"x\""}}]}}]}"#,
                    #"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":":1}"}}]}}]}"#, "[DONE]",
                ])
            ]))
        #expect(
            events == [
                .toolCall(ToolCall(id: "a", name: "one", arguments: #"{"x":1}"#)),
                .toolCall(ToolCall(id: "b", name: "two", arguments: "{}")),
            ])
    }

    @Test(arguments: [
        (
            StubService.Answer.status(401, body: #"{"error":{"message":"Incorrect API key \#(secret)"}}"#),
            ProviderError.Code.unauthorized
        ),
        (.status(429, body: "{}", headers: [("Retry-After", "7")]), .rateLimited),
        (.status(500, body: "<html>"), .unavailable),
        (.status(404, body: #"{"error":{"message":"no such model"}}"#), .invalidRequest),
        (.status(200, body: ""), .invalidResponse),
        (.status(200, body: "<html>nonsense</html>"), .invalidResponse),
        (.status(200, body: "data: {broken\n\n"), .invalidResponse),
        (.status(200, body: #"{"error":{"message":"overloaded"}}"#), .unavailable),
        (.stream([sse([#"{"error":{"message":"late","code":"rate_limit"}}"#])]), .rateLimited),
        (.cut([sse([#"{"choices":[{"delta":{"content":"half"}}]}"#])]), .unavailable),
    ])
    func `every fault is an error with its code, and never holds the key`(
        answer: StubService.Answer, code: ProviderError.Code
    ) async throws {
        let error = await #expect(throws: ProviderError.self) { try await chat(answer) }
        #expect(error?.code == code)
        #expect(error?.description.contains("canary") == false)
        if code == .rateLimited, case .status = answer { #expect(error?.retryAfter == .seconds(7)) }
    }

    @Test func `a service that never answers is given up`() async throws {
        let error = await #expect(throws: ProviderError.self) { try await chat(.hang, timeout: .milliseconds(150)) }
        #expect(error?.code == .timedOut)
    }

    @Test func `a service that is not there is named`() async throws {
        let error = await #expect(throws: ProviderError.self) {
            try await withClient { client in
                let model = OpenAIChatModel(
                    configuration: .init(name: "Stub", baseURL: "http://127.0.0.1:1", model: "m"), client: client)
                try await model.respond(to: Prompt(messages: [])) { _ in }
            }
        }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("127.0.0.1:1") == true)
    }

    @Test func `an utterance is sent as WAV and comes back as text`() async throws {
        try await StubService.run(.status(200, body: #"{"text":"hello world"}"#)) { stub in
            try await withClient { client in
                let recognizer = OpenAITranscription(
                    configuration: .init(name: "Stub", url: stub.url, apiKey: Self.secret), client: client)
                let audio = AsyncStream<AudioFrame> { continuation in
                    continuation.yield(TestSound.buzz(.seconds(1), sampleRate: 16_000))
                    continuation.finish()
                }
                let transcript = try await recognizer.recognize(audio, hints: RecognitionHints()) { _ in }
                #expect(transcript.text == "hello world")
            }
            #expect(stub.requests.first?.contains("RIFF") == true)
            #expect(stub.requests.first?.contains("whisper-1") == true)
        }
    }

    /// Whisper on a small machine takes its time, and so does a cloned voice; only their block or their chain may say how
    /// much, not the HTTP client.
    @Test func `a recognizer and a voice may be slower than the client allows other services`() async throws {
        var limits = WebLimits()
        limits.firstByteTimeout = .milliseconds(50)
        let sound = TestSound.buzz(.seconds(1), sampleRate: 16_000)
        try await StubService.run(.late(.milliseconds(300), .status(200, body: #"{"text":"hello"}"#))) {
            [limits] stub in
            try await withClient(limits: limits) { client in
                let audio = AsyncStream<AudioFrame> { continuation in
                    continuation.yield(sound)
                    continuation.finish()
                }
                let transcript = try await OpenAITranscription(
                    configuration: .init(name: "Stub", url: stub.url), client: client
                ).recognize(audio, hints: RecognitionHints()) { _ in }
                #expect(transcript.text == "hello")
            }
        }
        let bytes = Array(WAVWriter.encode(Array(sound.samples), sampleRate: 16_000).dropFirst(44))
        try await StubService.run(.late(.milliseconds(300), .stream([bytes]))) { [limits] stub in
            try await withClient(limits: limits) { client in
                try await OpenAISpeech(configuration: .init(name: "Stub", url: stub.url), client: client)
                    .synthesize("hello", voice: Voice()) { _ in }
            }
        }
    }

    @Test(arguments: ["pcm", "wav"])
    func `speech is decoded as it arrives`(format: String) async throws {
        let samples = Array(TestSound.buzz(.seconds(1), sampleRate: 24_000).samples)
        var bytes = WAVWriter.encode(samples, sampleRate: 24_000)
        if format == "pcm" { bytes.removeFirst(44) }
        let pieces = stride(from: 0, to: bytes.count, by: 1001).map { Array(bytes[$0..<min($0 + 1001, bytes.count)]) }
        let heard = Log<Int16>()
        try await StubService.run(.stream(pieces)) { stub in
            try await withClient { client in
                var configuration = OpenAISpeech.Configuration(name: "Stub", url: stub.url, apiKey: Self.secret)
                configuration.format = format
                try await OpenAISpeech(configuration: configuration, client: client)
                    .synthesize("hello", voice: Voice()) { frame in heard.append(contentsOf: frame.samples) }
            }
        }
        #expect(heard.all == samples)
    }

    @Test(.timeLimit(.minutes(1))) func `model, recognizer and voice keep the contracts of their seams`() async throws {
        try await StubService.run(.stream([Self.answer])) { stub in
            try await withClient { client in
                let report = await LanguageModelConformance.check(
                    OpenAIChatModel(
                        configuration: .init(name: "Stub", baseURL: stub.url, model: "m"), client: client),
                    question: "你好", word: "世界")
                #expect(report.isEmpty, "\(report)")
            }
        }
        let sound = Array(TestSound.buzz(.seconds(1), sampleRate: 16_000).samples)
        try await StubService.run(.status(200, body: #"{"text":"hello"}"#)) { stub in
            try await withClient { client in
                // The stub hears hello in everything, silence too, so no words are demanded.
                let report = await SpeechRecognizerConformance.check(
                    OpenAITranscription(configuration: .init(name: "Stub", url: stub.url), client: client),
                    speech: sound, words: nil)
                #expect(report.isEmpty, "\(report)")
            }
        }
        let bytes = Array(WAVWriter.encode(sound, sampleRate: 16_000).dropFirst(44))
        try await StubService.run(.stream([bytes])) { stub in
            try await withClient { client in
                var configuration = OpenAISpeech.Configuration(name: "Stub", url: stub.url)
                configuration.pcmRate = 16_000
                let report = await SpeechSynthesizerConformance.check(
                    OpenAISpeech(configuration: configuration, client: client), sentence: "hello")
                #expect(report.isEmpty, "\(report)")
            }
        }
    }

    @Test(arguments: ["text/html; charset=utf-8", "text/plain", "application/problem+json"])
    func `a page in place of speech is no noise`(type: String) async throws {
        let page = "<!doctype html><html><body>\(String(repeating: "Welcome. ", count: 500))</body></html>"
        try await StubService.run(.status(200, body: page, headers: [("content-type", type)])) { stub in
            try await withClient { client in
                let error = await #expect(throws: ProviderError.self) {
                    try await OpenAISpeech(configuration: .init(name: "Stub", url: stub.url), client: client)
                        .synthesize("hello", voice: Voice()) { _ in Issue.record("a page was played") }
                }
                #expect(error?.code == .invalidResponse && error?.message.contains("text instead of audio") == true)
            }
        }
    }

    @Test func `a service may send pcm of another rate`() async throws {
        let samples = Array(TestSound.buzz(.milliseconds(200), sampleRate: 16_000).samples)
        let rates = Log<Int>()
        try await StubService.run(.stream([Array(WAVWriter.encode(samples, sampleRate: 16_000).dropFirst(44))])) {
            stub in
            try await withClient { client in
                var configuration = OpenAISpeech.Configuration(name: "Stub", url: stub.url)
                configuration.pcmRate = 16_000
                try await OpenAISpeech(configuration: configuration, client: client)
                    .synthesize("hello", voice: Voice()) { frame in rates.append(frame.sampleRate) }
            }
        }
        #expect(Set(rates.all) == [16_000])
    }

    @Test func `qwen3 on an Ollama is asked not to think aloud`() async throws {
        try await StubService.run(.stream([Self.answer])) { stub in
            try await withClient { client in
                var configuration = OpenAIChatModel.Configuration(name: "Stub", baseURL: stub.url, model: "qwen3:8b")
                configuration.marksNoThinking = true
                try await OpenAIChatModel(configuration: configuration, client: client).respond(
                    to: Prompt(messages: [.user("one"), .assistant("1", toolCalls: []), .user("two")])
                ) { _ in }
            }
            let sent = try JSON(parsing: try #require(stub.requests.first))
            #expect(sent["messages"]?[0]?["content"] == "one")
            #expect(sent["messages"]?[2]?["content"] == "/no_think two")
        }
    }

    @Test(.timeLimit(.minutes(1))) func `a turn that ends closes the connection to the service`() async throws {
        try await StubService.run(.hang) { stub in
            let port = try #require(Int(stub.url.split(separator: ":").last?.split(separator: "/").first ?? ""))
            try await FaultProxy.run(target: port) { proxy in
                try await withClient { client in
                    let model = OpenAIChatModel(
                        configuration: .init(name: "Stub", baseURL: "http://127.0.0.1:\(proxy.port)/v1", model: "m"),
                        client: client)
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        group.addTask { try await model.respond(to: Prompt(messages: [.user("hello")])) { _ in } }
                        while stub.requests.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
                        #expect(proxy.open == 1)
                        group.cancelAll()
                        await #expect(throws: ProviderError.self) { try await group.waitForAll() }
                    }
                    // The socket goes down, not only our end of the call.
                    while proxy.open > 0 { try await Task.sleep(for: .milliseconds(5)) }
                }
            }
        }
    }

    @Test(arguments: [
        (StubService.Answer.status(200, body: ""), ProviderError.Code.invalidResponse),
        (.status(401, body: ""), .unauthorized),
        (.status(200, body: #"{"error":{"message":"no quota"}}"#), .unavailable),
    ])
    func `a voice without audio is an error`(answer: StubService.Answer, code: ProviderError.Code) async throws {
        try await StubService.run(answer) { stub in
            let error = await #expect(throws: ProviderError.self) {
                try await withClient { client in
                    try await OpenAISpeech(configuration: .init(name: "Stub", url: stub.url), client: client)
                        .synthesize("hello", voice: Voice()) { _ in }
                }
            }
            #expect(error?.code == code)
        }
    }
}

/// Collects what a closure is given.
private final class Log<Element: Sendable>: Sendable {
    private let state = Mutex<[Element]>([])
    var all: [Element] { state.withLock { $0 } }
    func append(_ element: Element) { state.withLock { $0.append(element) } }
    func append(contentsOf elements: some Sequence<Element>) { state.withLock { $0.append(contentsOf: elements) } }
}
