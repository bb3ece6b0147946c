package import JSON
package import VoiceAPI

/// `handle_exit_intent`: the model heard the person say goodbye. The name is the reference's, so prompts carry over.
package struct LeavePlugin: ServerPlugin {
    package static let name = "handle_exit_intent"
    package static let isAlwaysOn = true

    package static func tools(_ settings: JSON, services: PluginServices) -> [any Tool] { [LeaveTool()] }
}

/// Says goodbye and closes the conversation.
package struct LeaveTool: Tool {
    package init() {}

    package var description: ToolDescription {
        ToolDescription(
            name: LeavePlugin.name,
            summary: "Call this when the user wants to end the conversation or says goodbye.",
            parameters: [
                "type": "object",
                "properties": [
                    "say_goodbye": [
                        "type": "string", "description": "A short, friendly goodbye in the user's language",
                    ]
                ],
                "required": ["say_goodbye"],
            ])
    }

    package func call(_ arguments: JSON, in context: ToolContext) async throws -> ToolResult {
        let words = arguments["say_goodbye"]?.string ?? ""
        return .farewell(words.isEmpty ? (context.language == "zh" ? "再见。" : "Goodbye.") : words)
    }
}
