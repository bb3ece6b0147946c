import Audio
import JSON
import Synchronization
public import VoiceAPI
public import WebClient

/// Speech synthesis in the OpenAI format: raw PCM, WAV or MP3, played as it arrives.
public struct OpenAISpeech: SpeechSynthesizer {
    public struct Configuration: Sendable {
        public var name: String
        /// The base address, or the whole one ending in `/audio/speech`.
        public var url: String
        public var apiKey: String?
        public var model: String
        public var voice: String
        /// `pcm`, `wav` or `mp3`.
        public var format: String
        /// 0.25…4.
        public var speed: Double
        /// Samples per second of `pcm` answers, which do not say it themselves; OpenAI sends 24 kHz.
        public var pcmRate = 24_000
        /// How long until the head of an answer must be here.
        public var firstByteTimeout = Duration.seconds(15)
        public init(
            name: String, url: String, apiKey: String? = nil, model: String = "tts-1", voice: String = "alloy",
            format: String = "pcm", speed: Double = 1
        ) {
            self.name = name
            self.url = url
            self.apiKey = apiKey
            self.model = model
            self.voice = voice
            self.format = format
            self.speed = speed
        }
    }

    private let configuration: Configuration
    private let client: WebClient
    public var name: String { configuration.name }

    public init(configuration: Configuration, client: WebClient) {
        self.configuration = configuration
        self.client = client
    }

    public func synthesize(
        _ sentence: String, voice: Voice, emit: (AudioFrame) async -> Void
    ) async throws(ProviderError) {
        let body: JSON = [
            "model": .string(configuration.model), "input": .string(sentence),
            "voice": .string(voice.name ?? configuration.voice), "response_format": .string(configuration.format),
            "speed": .number(configuration.speed),
        ]
        let path = "/audio/speech"
        let base = configuration.url.withoutTrailingSlash
        var request = WebRequest(
            url: base.hasSuffix(path) ? base : base + path, headers: [("Content-Type", "application/json")],
            body: body.bytes, firstByteTimeout: configuration.firstByteTimeout)
        request.authorize(with: configuration.apiKey)
        var decoder: AudioStreamDecoder?
        var hasAudio = false
        let (name, format) = (name, streamFormat)
        let kind = Mutex("")
        try await client.stream(
            request, provider: name, head: { fields in kind.withLock { $0 = fields["content-type"] ?? "" } }
        ) { chunk in
            do {
                // Some services report errors as JSON with status 200.
                if decoder == nil, chunk.first == UInt8(ascii: "{"), let json = try? JSON(parsing: chunk) {
                    throw ProviderError(
                        .unavailable, provider: name,
                        message:
                            "the service reports: \(json["error"]?["message"]?.string ?? json["message"]?.string ?? "no audio")"
                    )
                }
                if decoder == nil, Self.isText(chunk, of: kind.withLock { $0 }) {
                    throw ProviderError(
                        .invalidResponse, provider: name,
                        message: "the service sent text instead of audio; is its address right?")
                }
                let current = try decoder ?? AudioStreamDecoder(format)
                decoder = current
                for frame in try current.push(chunk) {
                    hasAudio = true
                    await emit(frame)
                }
            } catch let error as AudioError {
                throw ProviderError(.invalidResponse, provider: name, message: error.message)
            }
        }
        guard hasAudio else {
            throw ProviderError(.invalidResponse, provider: name, message: "the answer holds no audio")
        }
    }

    /// Whether an answer is a page or a message: by its type, and by its first bytes, because some services call their audio
    /// text.
    private static func isText(_ chunk: [UInt8], of type: String) -> Bool {
        guard type.hasPrefix("text/") || type.contains("json") else { return false }
        return chunk.prefix(64).allSatisfy { $0 >= 0x20 && $0 != 0x7F || [0x09, 0x0A, 0x0D].contains($0) }
    }

    private var streamFormat: AudioStreamDecoder.Format {
        switch configuration.format {
        case "wav": .wav
        case "mp3": .mp3
        default: .pcm(sampleRate: configuration.pcmRate)
        }
    }
}
