import EspeakProvider
import Flow
import Logging
import Resilience
import Settings
import VoiceAPI

/// Gives each provider its circuit breaker and makes several of a stage into one, each behind the one before.
struct ProviderChains: Sendable {
    let clock: SessionClock
    let logger: Logger
    /// Receives each call of a provider; must not block.
    var onCall: @Sendable (_ kind: String, ProviderEvent) -> Void = { _, _ in }
    /// Every breaker that was made, for the metrics.
    let breakers = BreakerBoard()

    /// One provider and the block it was made from.
    struct Link<Provider: Sendable>: Sendable {
        var provider: Provider
        var block: ProviderSettings
    }

    /// A stage's provider made of its links.
    struct Chain<Provider: Sendable>: Sendable {
        var provider: Provider
        var name: String
        /// How long all links together may take to their first output; nil for a part in this process.
        var patience: Duration?
    }

    /// The last link may take longer: nobody stands behind it. No provider may give up before its link does
    /// (`firstByteTimeout`).
    private static let deadline = Duration.seconds(5)
    private static let lastDeadline = Duration.seconds(15)

    /// The voice that needs nothing.
    let embeddedVoice = EspeakSynthesizer()

    /// - Returns: nil without links.
    func recognizer(_ links: [Link<any SpeechRecognizer>]) -> Chain<any SpeechRecognizer>? {
        make(links, kind: "asr") { FallbackRecognizer($0, options: $1) }
    }

    /// - Returns: nil without links.
    func languageModel(_ links: [Link<any LanguageModel>]) -> Chain<any LanguageModel>? {
        make(links, kind: "llm") { FallbackLanguageModel($0, options: $1) }
    }

    /// - Returns: nil without links.
    func voice(_ links: [Link<any SpeechSynthesizer>]) -> Chain<any SpeechSynthesizer>? {
        make(links, kind: "tts") { FallbackSynthesizer($0, options: $1) }
    }

    private func make<Provider: Sendable>(
        _ links: [Link<Provider>], kind: String,
        joined: ([FallbackLink<Provider>], FallbackOptions) -> Provider
    ) -> Chain<Provider>? {
        guard let first = links.first else { return nil }
        let name = links.map(\.block.name).joined(separator: " → ")
        // What runs in this process needs no breaker, and nothing can stand behind it in vain.
        if links.count == 1, first.block.isEmbedded { return Chain(provider: first.provider, name: name) }
        var patience = Duration.zero
        let guarded = links.enumerated().map { index, link in
            let standard = index == links.count - 1 ? Self.lastDeadline : Self.deadline
            let deadline = link.block.firstOutputTimeout ?? standard
            patience += deadline
            var policy = BreakerPolicy()
            policy.slowCall = max(policy.slowCall, deadline)
            let breaker = BreakerGuard(name: link.block.name, policy: policy, clock: clock) { name, _, status in
                logger.warning(
                    "a circuit breaker changed", metadata: ["provider": "\(name)", "state": "\(status)"])
            }
            breakers.add(breaker)
            return FallbackLink(link.provider, breaker: breaker, firstOutputDeadline: deadline)
        }
        let retry = RetryPolicy()
        let onCall = onCall
        let options = FallbackOptions(clock: clock, logger: logger, retry: retry) { onCall(kind, $0) }
        return Chain(provider: joined(guarded, options), name: name, patience: patience + retry.usefulFor)
    }
}
