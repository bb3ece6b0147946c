import Audio
import Flow
import Subprocess
public import VoiceAPI

/// espeak-ng, the voice that is always there: Chinese and English without a key or a network.
///
/// One short-lived process per sentence: the library keeps its state in globals and cannot speak two sentences at once,
/// a process is isolated and can be killed. Text goes in through standard input, so that no sentence is ever an option.
public struct EspeakSynthesizer: SpeechSynthesizer {
    public struct Configuration: Sendable {
        /// The configured name, for logs.
        public var name = "Espeak"
        /// Looked up in `PATH`.
        public var executable = "espeak-ng"
        /// espeak-ng voices by BCP 47 primary language; others use the English one.
        public var voices = ["en": "en-us", "zh": "cmn"]
        public var wordsPerMinute = 165
        /// 0…99.
        public var pitch = 50
        /// Processes at a time; further sentences wait in line.
        public var concurrency = 4
        public init() {}
    }

    /// It says something about every other character of a long Chinese sentence, and more than this would be an error.
    private static let complaintLimit = 1 << 20

    private let configuration: Configuration
    private let limit: ConcurrencyLimit
    public var name: String { configuration.name }

    public init(configuration: Configuration = .init()) {
        self.configuration = configuration
        limit = ConcurrencyLimit(configuration.concurrency)
    }

    public func synthesize(
        _ sentence: String, voice: Voice, emit: (AudioFrame) async -> Void
    ) async throws(ProviderError) {
        let text = Self.plain(sentence)
        guard !text.isEmpty else { return }
        for frame in try await spoken(text, voice: voice) {
            guard !Task.isCancelled else { throw cancelled(nil) }
            await emit(frame)
        }
    }

    /// A whole sentence, which takes some 10 ms: `emit` waits for playback, and a place held meanwhile would make other
    /// devices wait for this one's listener.
    private func spoken(_ text: String, voice: Voice) async throws(ProviderError) -> [AudioFrame] {
        guard await limit.enter() else { throw cancelled(nil) }
        defer { limit.leave() }
        var frames: [AudioFrame] = []
        do {
            try await speak(text, voice: voice) { frames.append($0) }
            return frames
        } catch let error as ProviderError {
            throw error
        } catch {
            if Task.isCancelled || error is CancellationError { throw cancelled(error) }
            if let error = error as? AudioError {
                throw ProviderError(.invalidResponse, provider: name, message: error.message)
            }
            throw ProviderError(
                .unavailable, provider: name,
                message: "\(configuration.executable) cannot be run; on Debian: apt-get install espeak-ng", cause: error
            )
        }
    }

    private func speak(_ text: String, voice: Voice, emit: (AudioFrame) -> Void) async throws {
        BrokenPipe.ignore()
        var options = PlatformOptions()
        // Nothing of a sentence is worth saving: a cancelled turn kills its voice at once.
        options.teardownSequence = []
        let result = try await Subprocess.run(
            .name(configuration.executable),
            arguments: [
                "--stdout", "-b", "1", "-v", voiceName(voice, text), "-s", String(configuration.wordsPerMinute), "-p",
                String(configuration.pitch),
            ],
            platformOptions: options, input: .inputWriter, output: .sequence, error: .string(limit: Self.complaintLimit)
        ) { execution in
            // A voice may die without reading. The library's own way of writing would then end this process.
            _ = try? await execution.standardInputWriter.write(Array(text.utf8))
            try? await execution.standardInputWriter.finish()
            var parser = WAVStreamParser()
            var trimmer = SilenceTrimmer()
            for try await chunk in execution.standardOutput {
                let bytes = chunk.withUnsafeBytes { Array($0) }
                guard let frame = try parser.push(bytes) else { continue }
                if let sound = trimmer.push(frame) { emit(sound) }
                try Task.checkCancellation()
            }
            if let sound = trimmer.finish() { emit(sound) }
        }
        guard result.terminationStatus.isSuccess else {
            let reason = result.standardError.prefix(200)
            throw ProviderError(
                .unavailable, provider: name,
                message: "\(configuration.executable) ended with \(result.terminationStatus): \(reason)")
        }
    }

    /// The language of the sentence itself decides: an English answer may hold a Chinese sentence.
    private func voiceName(_ voice: Voice, _ text: String) -> String {
        if let name = voice.name { return name }
        let isChinese = text.unicodeScalars.contains { (0x3400...0x9FFF).contains($0.value) }
        let language = isChinese ? "zh" : voice.language == "zh" ? "en" : voice.language ?? "en"
        return configuration.voices[language] ?? configuration.voices["en"] ?? "en-us"
    }

    /// Control characters and `[[phoneme]]` brackets would be commands.
    private static func plain(_ sentence: String) -> String {
        let scalars = sentence.unicodeScalars.map { $0.value < 0x20 || $0 == "[" || $0 == "]" ? " " : $0 }
        let text = String(String.UnicodeScalarView(scalars))
        return text.contains { $0.isLetter || $0.isNumber } ? text : ""
    }

    private func cancelled(_ cause: (any Error)?) -> ProviderError {
        ProviderError(.cancelled, provider: name, message: "the turn is over", cause: cause)
    }
}
