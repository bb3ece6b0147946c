public import JSON

/// Something the assistant can do. The model sees `description`; the answering loop runs `call`.
///
/// A plugin of this server, a method of a device, a tool of an MCP server: to the conversation they are all this.
public protocol Tool: Sendable {
    var description: ToolDescription { get }
    /// The limits of a call. The default suits a quick, harmless tool.
    var policy: ToolPolicy { get }

    /// - Parameters:
    ///   - arguments: an object that fits the description's schema.
    ///   - context: whose turn this is.
    /// - Throws: anything; a thrown error is told to the model, never spoken as it is. Cancelled with the turn, unless
    ///   the policy says otherwise, and when the policy's time is over.
    func call(_ arguments: JSON, in context: ToolContext) async throws -> ToolResult
}

extension Tool {
    public var policy: ToolPolicy { ToolPolicy() }
}

/// The limits of a tool's calls.
public struct ToolPolicy: Sendable, Hashable {
    public var source: ToolSource
    /// How long one call may take; nil is the configured `tool_call_timeout` (30 s).
    public var timeout: Duration?
    public var permission: ToolPermission
    /// False: a call that has begun is finished although the person spoke on; its result is then dropped.
    public var isInterruptible: Bool

    public init(
        source: ToolSource = .plugin, timeout: Duration? = nil, permission: ToolPermission = .conversation,
        isInterruptible: Bool = true
    ) {
        self.source = source
        self.timeout = timeout
        self.permission = permission
        self.isInterruptible = isInterruptible
    }
}

/// Where a tool comes from, in the order in which the reference merges them: on a clash of names the later one gets
/// the plain name.
public enum ToolSource: Int, Sendable, Hashable, Comparable, CaseIterable {
    case plugin, mcpServer, deviceIoT, deviceMCP, mcpEndpoint
    public static func < (a: ToolSource, b: ToolSource) -> Bool { a.rawValue < b.rawValue }
}

/// Who may call a tool.
public enum ToolPermission: Sendable, Hashable {
    /// The model, in any conversation.
    case conversation
    /// Only the owner's own agent, with a token (firmware tools marked for the user, such as a reboot).
    case owner
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
public enum ToolResult: Sendable {
    /// Say this; the model is not asked again.
    case speak(String)
    /// Say this, then close the conversation.
    case farewell(String)
    /// Give this to the model, which answers in its own words.
    case inform(String)
    /// Keep this in the dialogue for later; nothing is said and the model is not asked.
    case record(String)
    /// Nothing to say.
    case silent
    /// The tool could not do it: told to the model, which finds better words.
    case failure(String)
    /// Say the words (none when empty), then play the track until it ends or the person interrupts.
    case play(any AudioTrack, words: String)
    /// Speak as somebody else from the next answer on; the words are said now.
    case adopt(persona: String, words: String)
}
