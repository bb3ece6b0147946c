import Audio
import JSON
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
        try await client.stream(request, provider: name) { chunk in
            do {
                // Some services report errors as JSON with status 200.
                if decoder == nil, chunk.first == UInt8(ascii: "{"), let json = try? JSON(parsing: chunk) {
                    throw ProviderError(
                        .unavailable, provider: name,
                        message:
                            "the service reports: \(json["error"]?["message"]?.string ?? json["message"]?.string ?? "no audio")"
                    )
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

    private var streamFormat: AudioStreamDecoder.Format {
        switch configuration.format {
        case "wav": .wav
        case "mp3": .mp3
        default: .pcm(sampleRate: configuration.pcmRate)
        }
    }
}
