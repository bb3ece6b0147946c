package import JSON
package import VoiceAPI

/// A tool as its MCP server lists it.
package struct MCPTool: Sendable, Hashable {
    /// Exactly as listed; used in calls.
    package var name: String
    package var summary: String
    package var schema: JSON
    /// Meant for the device's owner and not for the model (`annotations.audience: ["user"]`).
    package var isForOwner: Bool

    /// - Returns: nil when the entry has no name.
    package init?(_ entry: JSON) {
        guard let name = entry["name"]?.string, !name.isEmpty, name.utf8.count <= 256 else { return nil }
        self.name = name
        summary = entry["description"]?.string ?? entry["title"]?.string ?? name
        let schema = entry["inputSchema"] ?? [:]
        self.schema = schema["type"]?.string == "object" ? schema : ["type": "object", "properties": [:]]
        let audience = entry["annotations"]?["audience"]?.array ?? []
        isForOwner = !audience.isEmpty && !audience.contains("assistant")
    }
}

/// What a call gave.
package struct MCPToolResult: Sendable, Equatable {
    package var text: String
    package var isError: Bool

    /// Text parts joined; other parts only named, because neither a model without eyes nor a person can hear them.
    init(_ result: JSON) {
        isError = result["isError"]?.bool ?? false
        var parts: [String] = []
        for part in result["content"]?.array ?? [] {
            switch part["type"]?.string {
            case "text": parts.append(Self.withoutPhoto(part["text"]?.string ?? ""))
            case "resource": parts.append(part["resource"]?["text"]?.string ?? "[a resource]")
            // Boards put a JSON text where the standard has base64 data; it is the camera's answer.
            case "image" where part["image"]?.string != nil: parts.append(part["image"]?.string ?? "")
            case let kind?: parts.append("[\(kind.prefix(20))]")
            case nil: break
            }
        }
        if parts.isEmpty, let structured = result["structuredContent"] { parts.append(structured.description) }
        text = parts.joined(separator: "\n")
    }

    /// The browser client returns its photo inside the text; a model must not read a megabyte of base64.
    private static func withoutPhoto(_ text: String) -> String {
        guard text.contains("\"photo_data\""), let json = try? JSON(parsing: text), var object = json.object else {
            return text
        }
        object["photo_data"] = nil
        return JSON.object(object).description
    }

    /// What the conversation does with it. A text that is an object with `action` is obeyed as in the reference.
    package var action: ToolResult {
        if isError { return .failure(text.isEmpty ? "the tool failed" : text) }
        guard text.hasPrefix("{"), let json = try? JSON(parsing: text), let action = json["action"]?.string else {
            return .inform(text.isEmpty ? "done" : text)
        }
        let words = json["response"]?.string ?? json["result"]?.string ?? ""
        switch action {
        case "RESPONSE": return .speak(words)
        case "REQLLM": return .inform(json["result"]?.string ?? words)
        case "RECORD": return .record(words)
        case "NONE": return .silent
        case "ERROR", "NOTFOUND": return .failure(words)
        default: return .inform(text)
        }
    }
}

/// A tool of an MCP peer as the registry takes it.
package struct MCPRemoteTool: Tool {
    private let client: MCPClient
    private let tool: MCPTool
    package let policy: ToolPolicy

    package init(client: MCPClient, tool: MCPTool, source: ToolSource, timeout: Duration? = nil) {
        self.client = client
        self.tool = tool
        policy = ToolPolicy(source: source, timeout: timeout, permission: tool.isForOwner ? .owner : .conversation)
    }

    package var description: ToolDescription {
        ToolDescription(name: tool.name, summary: tool.summary, parameters: tool.schema)
    }

    package func call(_ arguments: JSON, in context: ToolContext) async throws -> ToolResult {
        try await client.call(tool.name, arguments, timeout: policy.timeout).action
    }
}
