package import VoiceAPI

/// One call to one provider of a chain, as metrics want to know it.
package struct ProviderEvent: Sendable, Hashable {
    /// The provider's configured name.
    package var provider: String
    /// nil for success.
    package var code: ProviderError.Code?
    /// Until the first output (for a recognizer: from the end of speech to the transcript); nil when there was none.
    package var firstOutput: Duration?
    /// Of the whole call, the listener's time included.
    package var duration: Duration
    /// The call failed and the next provider of the chain was asked within the same turn.
    package var fellBack: Bool
    /// The provider had failed within the same turn and was asked again.
    package var isRetry: Bool

    package init(
        provider: String, code: ProviderError.Code?, firstOutput: Duration?, duration: Duration, fellBack: Bool,
        isRetry: Bool = false
    ) {
        self.provider = provider
        self.code = code
        self.firstOutput = firstOutput
        self.duration = duration
        self.fellBack = fellBack
        self.isRetry = isRetry
    }
}
