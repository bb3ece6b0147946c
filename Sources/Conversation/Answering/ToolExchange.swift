package import VoiceAPI

/// One round of tools that is over: what the model asked for and what came of it.
package struct ToolExchange: Sendable, Equatable {
    package var calls: [ToolCall]
    /// What the model is told of each call, in their order.
    package var results: [String]

    /// As a model sees it: each call with its result.
    ///
    /// - Parameter words: said with the calls; empty for none.
    func messages(after words: String) -> [Message] {
        [.assistant(words, toolCalls: calls)] + zip(calls, results).map { .tool(id: $0.id, content: $1) }
    }
}
