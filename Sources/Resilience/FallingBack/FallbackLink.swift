/// A provider in a chain, with the breaker that all sessions share for it.
///
/// `Provider` is one of the seams: `any LanguageModel`, `any SpeechSynthesizer`, `any SpeechRecognizer`.
package struct FallbackLink<Provider: Sendable>: Sendable {
    package let provider: Provider
    package let breaker: BreakerGuard
    /// How long the provider may take to give its first output.
    package let firstOutputDeadline: Duration

    package init(_ provider: Provider, breaker: BreakerGuard, firstOutputDeadline: Duration = .seconds(5)) {
        self.provider = provider
        self.breaker = breaker
        self.firstOutputDeadline = firstOutputDeadline
    }
}
