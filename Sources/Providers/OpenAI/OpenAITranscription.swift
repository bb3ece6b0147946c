import Audio
import JSON
public import VoiceAPI
public import WebClient

/// Speech recognition in the OpenAI format (also Groq): the whole utterance as a WAV file.
public struct OpenAITranscription: SpeechRecognizer {
    public struct Configuration: Sendable {
        public var name: String
        /// The base address, or the whole one ending in `/audio/transcriptions`.
        public var url: String
        public var apiKey: String?
        public var model: String
        /// How long until the head of an answer must be here.
        public var firstByteTimeout = Duration.seconds(15)
        public init(name: String, url: String, apiKey: String? = nil, model: String = "whisper-1") {
            self.name = name
            self.url = url
            self.apiKey = apiKey
            self.model = model
        }
    }

    /// One minute, as long as an utterance may be.
    private static let sampleLimit = 60 * VoiceActivity.sampleRate
    /// Less than a tenth of a second is a click.
    private static let sampleMinimum = VoiceActivity.sampleRate / 10

    private let configuration: Configuration
    private let client: WebClient
    public var name: String { configuration.name }

    public init(configuration: Configuration, client: WebClient) {
        self.configuration = configuration
        self.client = client
    }

    public func recognize(
        _ audio: some AsyncSequence<AudioFrame, Never> & Sendable, hints: RecognitionHints,
        partial: (String) async -> Void
    ) async throws(ProviderError) -> Transcript {
        var samples: [Int16] = []
        for await frame in audio where samples.count < Self.sampleLimit { samples += frame.samples }
        guard samples.count >= Self.sampleMinimum else { return Transcript(text: "") }
        var form = MultipartForm()
        form.append(name: "model", value: configuration.model)
        if let language = hints.language { form.append(name: "language", value: language) }
        form.append(
            name: "file", fileName: "speech.wav", contentType: "audio/wav",
            content: WAVWriter.encode(samples, sampleRate: VoiceActivity.sampleRate))
        let path = "/audio/transcriptions"
        let base = configuration.url.withoutTrailingSlash
        var request = WebRequest(
            url: base.hasSuffix(path) ? base : base + path, headers: [("Content-Type", form.contentType)],
            body: form.body, firstByteTimeout: configuration.firstByteTimeout)
        request.authorize(with: configuration.apiKey)
        let answer = try await client.send(request, provider: name)
        guard let json = try? JSON(parsing: answer), let text = json["text"]?.string else {
            throw ProviderError(.invalidResponse, provider: name, message: "the answer holds no text")
        }
        return Transcript(text: text, language: json["language"]?.string)
    }
}
