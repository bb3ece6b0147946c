package import JSON
package import VoiceAPI

/// `change_role`: somebody else speaks from the next answer on. Settings: `roles: {name: prompt}` adds to the built-in
/// ones.
package struct RolePlugin: ServerPlugin {
    package static let name = "change_role"

    private static let builtIn: [(name: String, prompt: String)] = [
        (
            "英语老师",
            "你是一位耐心的英语老师。用简短的英语和学生对话，温和地纠正错误，并用中文解释难懂的地方。每次只说两三句话。"
        ),
        (
            "讲故事的人",
            "你是给孩子讲故事的人，想象力丰富，语气温暖。每次讲一小段，然后问孩子接下来想发生什么。"
        ),
        (
            "Curious scientist",
            "You are a cheerful scientist who loves questions. Explain everyday wonders in two or three simple sentences, then ask one question back."
        ),
    ]

    package static func tools(_ settings: JSON, services: PluginServices) -> [any Tool] {
        var roles = builtIn
        for role in settings["roles"]?.object ?? [:] {
            guard let prompt = role.value.string, !prompt.isEmpty else { continue }
            roles.removeAll { $0.name == role.key }
            roles.append((role.key, prompt))
        }
        return [RoleTool(roles: roles)]
    }
}

private struct RoleTool: Tool {
    let roles: [(name: String, prompt: String)]

    var description: ToolDescription {
        ToolDescription(
            name: RolePlugin.name,
            summary: "Call this when the user wants to talk to somebody else, or asks for another role.",
            parameters: Schema.object(
                Schema.text("role", "The role to speak as", oneOf: roles.map(\.name)),
                Schema.text("role_name", "What the role calls itself, if the user gave a name", required: false)))
    }

    func call(_ arguments: JSON, in context: ToolContext) async throws -> ToolResult {
        guard let role = roles.first(where: { $0.name == arguments["role"]?.string }) else {
            return .failure("there is no such role")
        }
        let given = arguments["role_name"]?.string ?? ""
        let name = given.isEmpty ? role.name : given
        let persona =
            role.prompt + (given.isEmpty ? "" : context.language == "zh" ? "你的名字是\(given)。" : " Your name is \(given).")
        return .adopt(
            persona: persona, words: context.language == "zh" ? "好的，我现在是\(name)了。" : "All right, now I am \(name).")
    }
}
