import VoiceAPI

/// What was said in a session, as the model will see it. Bounded; holds only words of the answer that were heard.
package struct Dialogue: Sendable, Equatable {
    private(set) var messages: [Message] = []
    var limit: Int

    /// - Parameter limit: messages kept; the oldest go first, see `keepLast`.
    package init(limit: Int) {
        self.limit = max(limit, 2)
    }

    package var count: Int { messages.count }

    /// Bytes of text kept.
    var size: Int {
        messages.reduce(0) { size, message in
            switch message {
            case .system(let text), .user(let text), .tool(_, let text): size + text.utf8.count
            case .assistant(let text, let calls):
                size + text.utf8.count + calls.reduce(0) { $0 + $1.arguments.utf8.count }
            }
        }
    }

    /// Adds what belongs together: a tool's result with its call.
    mutating func append(_ new: [Message]) {
        messages += new
        keepLast(limit)
    }

    /// Forgets what is older than the last `count` messages, at the border of a user message.
    ///
    /// A tool result without its call is refused by chat services. So of a single turn that is longer, the person's
    /// words stay and the oldest rounds of tools go whole.
    mutating func keepLast(_ count: Int) {
        guard messages.count > count else { return }
        let excess = messages.count - count
        if let cut = messages.indices.first(where: { $0 >= excess && messages[$0].isFromUser }) {
            messages.removeFirst(cut)
            return
        }
        let question = messages.last { $0.isFromUser }
        let rest = messages.indices.first { $0 > excess && !messages[$0].isToolResult } ?? messages.endIndex
        messages = (question.map { [$0] } ?? []) + messages[rest...]
    }

    /// The prompt for the next answer: the persona first, then the dialogue.
    func prompt(persona: String, tools: [ToolDescription], sessionID: String, language: String?) -> Prompt {
        Prompt(
            messages: (persona.isEmpty ? [] : [.system(persona)]) + messages, tools: tools,
            conversationID: sessionID, language: language)
    }
}

extension Message {
    fileprivate var isFromUser: Bool { if case .user = self { true } else { false } }
    fileprivate var isToolResult: Bool { if case .tool = self { true } else { false } }
}
