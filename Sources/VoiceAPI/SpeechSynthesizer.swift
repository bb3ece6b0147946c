/// Speaks sentences, one call each. The turn asks for the next sentence while the last one plays.
///
/// Voices that take text while the model still writes (dual-stream) will get a seam of their own beside this one;
/// both end in the same `emit` of audio frames.
public protocol SpeechSynthesizer: Sendable {
    /// The configured name, for example `Espeak`.
    var name: String { get }

    /// - Parameters:
    ///   - sentence: plain words, no markup and no emoji.
    ///   - voice: how to speak.
    ///   - emit: receives audio of any one rate in order as it arrives; suspends while playout is behind.
    /// - Throws: `ProviderError`; cancelling the calling task stops the provider and throws `.cancelled`.
    func synthesize(
        _ sentence: String, voice: Voice, emit: (AudioFrame) async -> Void
    ) async throws(ProviderError)
}

/// How to speak. Each provider maps what it knows and ignores the rest.
public struct Voice: Sendable, Hashable {
    /// The provider's own voice name; nil is its configured default.
    public var name: String?
    /// BCP 47 primary language of the sentence (`zh`, `en`) when known.
    public var language: String?
    public init(name: String? = nil, language: String? = nil) {
        self.name = name
        self.language = language
    }
}
