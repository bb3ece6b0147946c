package import VoiceAPI

/// Several voices as one: the first that gives audio in time speaks the sentence.
package struct FallbackSynthesizer: SpeechSynthesizer {
    private let chain: FallbackChain<any SpeechSynthesizer>

    /// - Parameter links: in order of preference.
    package init(_ links: [FallbackLink<any SpeechSynthesizer>], options: FallbackOptions) {
        chain = FallbackChain(links: links, options: options)
    }

    package var name: String { chain.name }

    package func synthesize(
        _ sentence: String, voice: Voice, emit: (AudioFrame) async -> Void
    ) async throws(ProviderError) {
        try await chain.run { link in
            await attemptStream(
                provider: link.breaker.name, deadline: link.firstOutputDeadline, clock: chain.options.clock,
                isOutput: { !$0.samples.isEmpty },
                work: { emit throws(ProviderError) in
                    try await link.provider.synthesize(sentence, voice: voice, emit: emit)
                },
                receive: emit)
        }
    }
}
