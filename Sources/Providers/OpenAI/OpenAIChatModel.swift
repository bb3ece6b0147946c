public import JSON
public import VoiceAPI
public import WebClient

/// Chat completions in the OpenAI format, streamed. Serves OpenAI, DeepSeek, DashScope, Doubao Ark, Gemini's compatible
/// endpoint, Zhipu, Moonshot, SiliconFlow, Groq, OpenRouter, Ollama, vLLM, LM Studio and Xinference.
public struct OpenAIChatModel: LanguageModel {
    public struct Configuration: Sendable {
        /// The configured name, for logs.
        public var name: String
        /// With or without a trailing slash; `/chat/completions` is appended.
        public var baseURL: String
        public var apiKey: String?
        public var model: String
        public var temperature: Double?
        public var maxTokens: Int?
        public var topP: Double?
        public var frequencyPenalty: Double?
        /// Members added to every request, over the thinking switch of the host.
        public var extraBody = JSONObject()
        /// Puts `/no_think` before the person's last words: the only switch that qwen3 on an Ollama understands.
        public var marksNoThinking = false
        /// How long until the head of an answer must be here.
        public var firstByteTimeout = Duration.seconds(15)
        public init(name: String, baseURL: String, apiKey: String? = nil, model: String) {
            self.name = name
            self.baseURL = baseURL
            self.apiKey = apiKey
            self.model = model
        }
    }

    private let configuration: Configuration
    private let client: WebClient
    public var name: String { configuration.name }

    public init(configuration: Configuration, client: WebClient) {
        self.configuration = configuration
        self.client = client
    }

    public func respond(
        to prompt: Prompt, emit: (CompletionEvent) async -> Void
    ) async throws(ProviderError) {
        var request = WebRequest(
            url: configuration.baseURL.withoutTrailingSlash + "/chat/completions",
            headers: [("Content-Type", "application/json"), ("Accept", "text/event-stream")],
            body: ChatRequest(configuration: configuration, prompt: prompt).json.bytes,
            firstByteTimeout: configuration.firstByteTimeout)
        request.authorize(with: configuration.apiKey)

        var events = ServerSentEvents()
        var reader = ChatStreamReader(provider: name)
        var raw: [UInt8] = []
        try await client.stream(request, provider: name) { chunk in
            if !reader.hasBegun, raw.count < 65_536 { raw += chunk }
            for event in events.push(chunk) {
                for output in try reader.read(event.data) { await emit(output) }
            }
        }
        if !reader.hasBegun { throw reader.explain(body: raw) }
        for output in reader.finish() { await emit(output) }
    }
}

extension String {
    var withoutTrailingSlash: String { hasSuffix("/") ? String(dropLast()) : self }
}
