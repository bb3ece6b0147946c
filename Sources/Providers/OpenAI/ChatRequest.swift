import JSON
import VoiceAPI

/// The body of a chat completion request.
struct ChatRequest {
    let configuration: OpenAIChatModel.Configuration
    let prompt: Prompt

    var json: JSON {
        var body: JSONObject = [
            "model": .string(configuration.model), "messages": .array(messages.map(Self.message)),
            "stream": true,
        ]
        if let value = configuration.temperature { body["temperature"] = .number(value) }
        if let value = configuration.maxTokens { body["max_tokens"] = .integer(Int64(value)) }
        if let value = configuration.topP { body["top_p"] = .number(value) }
        if let value = configuration.frequencyPenalty { body["frequency_penalty"] = .number(value) }
        if !prompt.tools.isEmpty { body["tools"] = .array(prompt.tools.map(Self.tool)) }
        for member in Self.thinkingOff(configuration.baseURL) { body[member.key] = member.value }
        for member in configuration.extraBody { body[member.key] = member.value }
        return .object(body)
    }

    private var messages: [Message] {
        guard configuration.marksNoThinking,
            let last = prompt.messages.lastIndex(where: { if case .user = $0 { true } else { false } })
        else { return prompt.messages }
        var messages = prompt.messages
        messages[last] = .user("/no_think \(prompt.lastUserText)")
        return messages
    }

    /// A voice answer must come soon, so models that think aloud are asked not to; the switch differs by host.
    private static func thinkingOff(_ url: String) -> JSONObject {
        if url.contains("aliyuncs.com") { return ["enable_thinking": false] }
        if ["deepseek.com", "bigmodel.cn", "moonshot.cn", "volces.com"].contains(where: url.contains) {
            return ["thinking": ["type": "disabled"]]
        }
        return [:]
    }

    private static func message(_ message: Message) -> JSON {
        switch message {
        case .system(let text): ["role": "system", "content": .string(text)]
        case .user(let text): ["role": "user", "content": .string(text)]
        case .assistant(let text, let calls) where calls.isEmpty: ["role": "assistant", "content": .string(text)]
        case .assistant(let text, let calls):
            ["role": "assistant", "content": .string(text), "tool_calls": .array(calls.map(call))]
        case .tool(let id, let content): ["role": "tool", "tool_call_id": .string(id), "content": .string(content)]
        }
    }

    private static func call(_ call: ToolCall) -> JSON {
        [
            "id": .string(call.id), "type": "function",
            "function": ["name": .string(call.name), "arguments": .string(call.arguments)],
        ]
    }

    private static func tool(_ tool: ToolDescription) -> JSON {
        [
            "type": "function",
            "function": [
                "name": .string(tool.name), "description": .string(tool.summary), "parameters": tool.parameters,
            ],
        ]
    }
}
