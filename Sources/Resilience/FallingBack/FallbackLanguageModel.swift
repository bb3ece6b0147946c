package import VoiceAPI

/// Several language models as one: the first that begins to answer in time answers.
///
/// Before the first text or tool call a failing model is replaced within the turn; after it never, for nobody can take
/// back half a sentence.
package struct FallbackLanguageModel: LanguageModel {
    private let chain: FallbackChain<any LanguageModel>

    /// - Parameter links: in order of preference.
    package init(_ links: [FallbackLink<any LanguageModel>], options: FallbackOptions) {
        chain = FallbackChain(links: links, options: options)
    }

    package var name: String { chain.name }

    package func respond(
        to prompt: Prompt, emit: (CompletionEvent) async -> Void
    ) async throws(ProviderError) {
        try await chain.run { link in
            await attemptStream(
                provider: link.breaker.name, deadline: link.firstOutputDeadline, clock: chain.options.clock,
                isOutput: \.isOutput,
                work: { emit throws(ProviderError) in try await link.provider.respond(to: prompt, emit: emit) },
                receive: emit)
        }
    }
}

extension CompletionEvent {
    /// Whether the person or a tool notices it; spent tokens are true whoever answers in the end.
    fileprivate var isOutput: Bool {
        switch self {
        case .text(let text): !text.isEmpty
        case .toolCall: true
        case .usage: false
        }
    }
}
