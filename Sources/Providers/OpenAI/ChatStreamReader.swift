import JSON
import VoiceAPI

/// Understands the chunks of a chat completion. Pure.
struct ChatStreamReader {
    let provider: String
    /// A chunk that belongs to an answer has come.
    private(set) var hasBegun = false
    private var isDone = false
    private var filter = ReasoningFilter()
    private var calls = ToolCallMerger()

    init(provider: String) {
        self.provider = provider
    }

    /// - Parameter data: of one server-sent event.
    /// - Throws: `ProviderError` for an error inside the stream or a chunk that is not JSON.
    mutating func read(_ data: String) throws(ProviderError) -> [CompletionEvent] {
        guard !isDone else { return [] }
        if data == "[DONE]" {
            isDone = true
            hasBegun = true
            return []
        }
        guard let json = try? JSON(parsing: data) else {
            throw ProviderError(.invalidResponse, provider: provider, message: "a chunk of the answer is not JSON")
        }
        if let error = json["error"], !error.isNull { throw Self.refusal(error, provider) }
        hasBegun = true
        var events: [CompletionEvent] = []
        if let usage = json["usage"], let input = usage["prompt_tokens"]?.integer {
            events.append(.usage(input: input, output: usage["completion_tokens"]?.integer ?? 0))
        }
        // A chunk without choices only reports usage.
        guard let delta = json["choices"]?[0]?["delta"] else { return events }
        if let text = delta["content"]?.string {
            let spoken = filter.push(text)
            if !spoken.isEmpty { events.append(.text(spoken)) }
        }
        for call in delta["tool_calls"]?.array ?? [] { calls.push(call) }
        return events
    }

    /// The stream has ended, with or without `[DONE]`: what was held comes out.
    mutating func finish() -> [CompletionEvent] {
        let rest = filter.finish()
        return (rest.isEmpty ? [] : [.text(rest)]) + calls.finish().map(CompletionEvent.toolCall)
    }

    /// Why there was no answer in a body with status 200.
    func explain(body: [UInt8]) -> ProviderError {
        if let json = try? JSON(parsing: body), let error = json["error"], !error.isNull {
            return Self.refusal(error, provider)
        }
        return ProviderError(
            .invalidResponse, provider: provider,
            message: body.isEmpty ? "the answer is empty" : "the answer is no event stream")
    }

    private static func refusal(_ error: JSON, _ provider: String) -> ProviderError {
        let message = error["message"]?.string ?? error.string ?? "unknown error"
        let code = error["code"]?.string ?? error["type"]?.string ?? ""
        return ProviderError(
            code.contains("rate") ? .rateLimited : .unavailable, provider: provider,
            message: "the service reports: \(message.prefix(300))")
    }
}
