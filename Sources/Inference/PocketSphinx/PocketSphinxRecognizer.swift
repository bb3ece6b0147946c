import FoundationEssentials
import Synchronization
public import VoiceAPI

/// English commands by PocketSphinx, without a key or a network.
///
/// It searches the grammar of what the skills understand. What fits no command becomes an empty text, or goes to
/// the general language model when that is switched on.
public final class PocketSphinxRecognizer: SpeechRecognizer {
    /// What to listen for and with which models.
    public struct Configuration: Sendable, Hashable {
        public var name: String
        /// Holds `en-us/`, `cmudict-en-us.dict` and `en-us.lm.bin`, as Debian's `pocketsphinx-en-us` does.
        public var modelDirectory: String
        /// JSGF text with a rule `public <command>`; nil leaves the general model alone.
        public var grammar: String?
        /// Whether the general model hears what fits no command. It costs 90 MB and a quarter of a second for each
        /// second of speech, and is seldom right word for word.
        public var useGeneralModel: Bool
        /// Most idle decoders that are kept (about 8 MB each with a grammar).
        public var decoders: Int
        public init(
            name: String = "PocketSphinx", modelDirectory: String = "/usr/share/pocketsphinx/model/en-us",
            grammar: String?, useGeneralModel: Bool = false, decoders: Int = 2
        ) {
            self.name = name
            self.modelDirectory = modelDirectory
            self.grammar = grammar
            self.useGeneralModel = useGeneralModel
            self.decoders = decoders
        }

        var dictionary: String { "\(modelDirectory)/cmudict-en-us.dict" }
    }

    public let name: String
    /// How long the first decoder took to load, for the start banner.
    public let loadingTime: Duration
    private let pool: WorkerPool
    private let commands: DecoderShelf?
    private let general: DecoderShelf?

    /// Samples that are decoded: the first 5 seconds. No command is longer, and the answer must come soon.
    static let sampleLimit = 5 * VoiceActivity.sampleRate

    /// Loads the first decoder, some 200 ms; call it at start.
    ///
    /// - Throws: `.invalidRequest` naming the words that the dictionary lacks; `.unavailable` when models are missing.
    public init(configuration: Configuration, pool: WorkerPool) throws(ProviderError) {
        name = configuration.name
        self.pool = pool
        let clock = ContinuousClock()
        let start = clock.now
        let acoustics = ["-hmm", "\(configuration.modelDirectory)/en-us"]
        if let grammar = configuration.grammar {
            let ready = try CommandGrammar(
                grammar: grammar, dictionaryPath: configuration.dictionary, provider: configuration.name)
            commands = DecoderShelf(
                options: acoustics, grammar: ready, limit: configuration.decoders, provider: configuration.name)
        } else {
            commands = nil
        }
        if configuration.useGeneralModel || configuration.grammar == nil {
            general = DecoderShelf(
                options: acoustics + [
                    "-lm", "\(configuration.modelDirectory)/en-us.lm.bin", "-dict", configuration.dictionary,
                ], grammar: nil, limit: 1, provider: configuration.name)
        } else {
            general = nil
        }
        try (commands ?? general)?.prepare()
        loadingTime = clock.now - start
    }

    /// The words of a grammar that a dictionary file cannot pronounce, sorted.
    public static func missingWords(grammar: String, dictionary: String) throws(ProviderError) -> [String] {
        try CommandGrammar.entries(
            of: CommandGrammar.words(in: grammar), dictionaryPath: dictionary, provider: "PocketSphinx"
        ).missing
    }

    public func recognize(
        _ audio: some AsyncSequence<AudioFrame, Never> & Sendable, hints: RecognitionHints,
        partial: (String) async -> Void
    ) async throws(ProviderError) -> Transcript {
        let samples = try await UtteranceCollector.collect(audio, limit: Self.sampleLimit, provider: name)
        guard !samples.isEmpty else { return Transcript(text: "", language: "en") }
        let text = try await pool.run { [commands, general, name] cancellation in
            if let commands {
                let words = CommandGrammar.command(in: try commands.lend { $0.decode(samples) })
                if !words.isEmpty { return words }
                try cancellation.check(provider: name)
            }
            return try general?.lend { $0.decode(samples).text } ?? ""
        }
        return Transcript(text: text, language: "en")
    }
}
