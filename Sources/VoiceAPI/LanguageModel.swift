public import JSON

/// Writes the answer.
///
/// A call lasts as long as the model writes. Events arrive in order through `emit`, which suspends while the
/// listener is behind: that is the backpressure. There is no stream object to leak and nothing to cancel but the task.
public protocol LanguageModel: Sendable {
    /// The configured name, for example `OllamaLLM`.
    var name: String { get }

    /// - Parameters:
    ///   - prompt: the dialogue so far and the tools on offer.
    ///   - emit: receives text and tool calls; never called after the call returned.
    /// - Throws: `ProviderError`; cancelling the calling task closes the provider's connection and throws `.cancelled`.
    func respond(to prompt: Prompt, emit: (CompletionEvent) async -> Void) async throws(ProviderError)
}

/// One thing a model says.
public enum CompletionEvent: Sendable, Hashable {
    /// The next piece of the answer, to be spoken. Reasoning never appears here.
    case text(String)
    /// A complete tool call, its fragments merged.
    case toolCall(ToolCall)
    /// Tokens spent, when the provider says so.
    case usage(input: Int, output: Int)
}

/// A request of the model to run a tool.
public struct ToolCall: Sendable, Hashable {
    /// Unique within the turn; returned with the result.
    public var id: String
    public var name: String
    /// A JSON object as text, exactly as the model wrote it; `{}` when it wrote nothing.
    public var arguments: String
    public init(id: String, name: String, arguments: String) {
        self.id = id
        self.name = name
        self.arguments = arguments
    }
}

/// What a model is asked.
public struct Prompt: Sendable, Hashable {
    public var messages: [Message]
    public var tools: [ToolDescription]
    /// The session, for services that keep the dialogue themselves (Coze, Dify, FastGPT).
    public var conversationID: String
    /// BCP 47 primary language of the latest user message when known.
    public var language: String?
    public init(
        messages: [Message], tools: [ToolDescription] = [], conversationID: String = "", language: String? = nil
    ) {
        self.messages = messages
        self.tools = tools
        self.conversationID = conversationID
        self.language = language
    }

    /// The latest words of the person, empty when there are none.
    public var lastUserText: String {
        for message in messages.reversed() {
            if case .user(let text) = message { return text }
        }
        return ""
    }
}

/// One entry of a dialogue, in the roles every chat model shares.
public enum Message: Sendable, Hashable {
    case system(String)
    case user(String)
    case assistant(String, toolCalls: [ToolCall])
    /// The result of a tool call, by the call's id.
    case tool(id: String, content: String)
}

/// A tool as the model sees it.
public struct ToolDescription: Sendable, Hashable {
    /// `[A-Za-z0-9_-]` and CJK; unique in a prompt.
    public var name: String
    public var summary: String
    /// JSON Schema of the arguments object.
    public var parameters: JSON
    public init(name: String, summary: String, parameters: JSON) {
        self.name = name
        self.summary = summary
        self.parameters = parameters
    }
}
