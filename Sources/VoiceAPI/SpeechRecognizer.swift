/// Turns one utterance into words.
///
/// A call lasts as long as the utterance: it reads `audio` while the person is still speaking, and returns soon
/// after `audio` ends. A whole-utterance recognizer collects first and works at the end; a streaming one works
/// along and reports partial texts. Either way the caller does the same, so providers are interchangeable.
public protocol SpeechRecognizer: Sendable {
    /// The configured name, for example `PocketSphinx`.
    var name: String { get }

    /// - Parameters:
    ///   - audio: 16 kHz mono frames in order; ends at the endpoint of the utterance.
    ///   - hints: language and words that are likely.
    ///   - partial: called with the text so far whenever it changes; never after the call returned.
    /// - Returns: what was said; an empty text when nothing intelligible was.
    /// - Throws: `ProviderError`; cancelling the calling task ends the provider's work and throws `.cancelled`.
    func recognize(
        _ audio: some AsyncSequence<AudioFrame, Never> & Sendable,
        hints: RecognitionHints,
        partial: (String) async -> Void
    ) async throws(ProviderError) -> Transcript
}

/// What may help a recognizer; each is free to ignore it.
public struct RecognitionHints: Sendable, Hashable {
    /// BCP 47 primary language, for example `zh` or `en`; nil lets the provider decide.
    public var language: String?
    /// Names and words to prefer.
    public var keywords: [String]
    public init(language: String? = nil, keywords: [String] = []) {
        self.language = language
        self.keywords = keywords
    }
}

/// The words of one utterance.
public struct Transcript: Sendable, Hashable {
    public var text: String
    /// BCP 47 primary language when the provider knows it.
    public var language: String?
    /// The speaker's emotion when the provider hears it (SenseVoice), in the vocabulary of `Emotion`.
    public var emotion: String?
    public init(text: String, language: String? = nil, emotion: String? = nil) {
        self.text = text
        self.language = language
        self.emotion = emotion
    }
}
