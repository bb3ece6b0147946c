import JSON
package import VoiceAPI

/// Gives tools to a model that knows none: they are described in the prompt, calls come back as `<tool_call>` text
/// (which the answerer reads from any model), results go in as words.
package struct PromptedToolsModel: LanguageModel {
    private let model: any LanguageModel

    package init(_ model: any LanguageModel) {
        self.model = model
    }

    package var name: String { model.name }

    package func respond(to prompt: Prompt, emit: (CompletionEvent) async -> Void) async throws(ProviderError) {
        var rewritten = prompt
        rewritten.tools = []
        rewritten.messages = prompt.messages.map(Self.plain)
        if !prompt.tools.isEmpty {
            let instructions = Self.instructions(prompt.tools)
            if case .system(let persona)? = rewritten.messages.first {
                rewritten.messages[0] = .system("\(persona)\n\n\(instructions)")
            } else {
                rewritten.messages.insert(.system(instructions), at: 0)
            }
        }
        try await model.respond(to: rewritten, emit: emit)
    }

    private static func plain(_ message: Message) -> Message {
        switch message {
        case .assistant(let text, let calls) where !calls.isEmpty:
            let tags = calls.map { call in
                "<tool_call>{\"name\": \(JSON.string(call.name)), \"arguments\": \(call.arguments)}</tool_call>"
            }
            return .assistant(([text] + tags).filter { !$0.isEmpty }.joined(separator: "\n"), toolCalls: [])
        case .tool(_, let content): return .user("<tool_result>\n\(content)\n</tool_result>")
        default: return message
        }
    }

    private static func instructions(_ tools: [ToolDescription]) -> String {
        let list = tools.map { tool in
            JSON.object([
                "name": .string(tool.name), "description": .string(tool.summary), "parameters": tool.parameters,
            ]).description
        }
        return """
            You can use these tools, one JSON description per line:
            \(list.joined(separator: "\n"))
            To use one, answer with nothing but
            <tool_call>{"name": "the tool", "arguments": {…}}</tool_call>
            and wait: its result comes in <tool_result>. Otherwise just answer. Never speak of the tools.
            """
    }
}
