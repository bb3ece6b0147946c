import JSON
import VoiceAPI

/// `intent_llm`: asks a model which tools the person wants, before the answering model speaks. Reads the reference's
/// answer forms; what cannot be read means: just talk.
struct IntentClassifier {
    let model: any LanguageModel

    /// Messages of the dialogue that are shown, as in the reference.
    private static let messagesShown = 4

    /// The prompt for the classifying model.
    func prompt(for prompt: Prompt, tools: [ToolDescription]) -> Prompt {
        let list = tools.map { tool in
            JSON.object([
                "name": .string(tool.name), "description": .string(tool.summary), "parameters": tool.parameters,
            ]).description
        }
        let instructions = """
            You decide what a voice assistant must do. Answer with one JSON object and nothing else.
            If a tool does what the user wants: {"function_call": {"name": "the tool", "arguments": {…}}}
            For several: {"function_calls": [{"name": …, "arguments": {…}}, …]}
            For everything else, talk included: {"function_call": {"name": "continue_chat"}}
            Tools, one per line:
            \(list.joined(separator: "\n"))
            """
        // Only what was said: of a tool's call and result a cut could leave one half, which chat services refuse.
        let talk = prompt.messages.compactMap { message -> Message? in
            switch message {
            case .user: message
            case .assistant(let words, _): words.isEmpty ? nil : .assistant(words, toolCalls: [])
            case .system, .tool: nil
            }
        }.suffix(Self.messagesShown)
        return Prompt(
            messages: [.system(instructions)] + talk, conversationID: prompt.conversationID + "-intent",
            language: prompt.language)
    }

    /// The calls in the model's answer; none means: just talk.
    static func calls(in answer: String) -> [ToolCall] {
        guard let start = answer.firstIndex(of: "{"), let end = answer.lastIndex(of: "}"), start < end,
            let json = try? JSON(parsing: String(answer[start...end]))
        else { return [] }
        let entries = json["function_calls"]?.array ?? json["function_call"].map { [$0] } ?? []
        return entries.enumerated().compactMap { index, entry in
            guard let name = entry["name"]?.string, name != "continue_chat", name != "result_for_context" else {
                return nil
            }
            let arguments = entry["arguments"] ?? [:]
            return ToolCall(
                id: "intent-\(index)", name: name, arguments: arguments.string ?? arguments.description)
        }
    }
}
