public import JSON

/// Something the assistant can do. The model sees `description`; the answering loop runs `call`.
public protocol Tool: Sendable {
    var description: ToolDescription { get }

    /// - Parameters:
    ///   - arguments: what the model wrote, parsed.
    ///   - context: whose turn this is.
    /// - Throws: anything; a thrown error is told to the model, never spoken as it is. Cancelled with the turn.
    func call(_ arguments: JSON, in context: ToolContext) async throws -> ToolResult
}

/// Whose turn a tool runs in.
public struct ToolContext: Sendable, Hashable {
    public let deviceID: String
    public let sessionID: String
    /// BCP 47 primary language the person speaks, when known.
    public let language: String?
    public init(deviceID: String, sessionID: String, language: String?) {
        self.deviceID = deviceID
        self.sessionID = sessionID
        self.language = language
    }
}

/// What happens after a tool ran.
public enum ToolResult: Sendable, Hashable {
    /// Say this; the model is not asked again.
    case speak(String)
    /// Say this, then close the conversation.
    case farewell(String)
    /// Give this to the model, which answers in its own words.
    case inform(String)
    /// Nothing to say.
    case silent
}
