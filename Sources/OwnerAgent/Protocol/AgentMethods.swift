import JSON
import Tools

/// The methods of MCP that a shaken hand allows. Pure but for what the tools do.
struct AgentMethods: Sendable {
    let tools: [any AgentTool]

    /// - Returns: the `result`.
    /// - Throws: what the answer's `error` says.
    func answer(_ method: String, _ parameters: JSON) async throws(RPCError) -> JSON {
        switch method {
        case "ping": return [:]
        case "tools/list":
            // All tools are on the first page.
            guard parameters["cursor"] == nil else { throw .invalidParameters("there is no such page") }
            return ["tools": .array(tools.map(Self.entry))]
        case "tools/call": return try await call(parameters)
        case "initialize": throw .invalidRequest("the session is initialized already")
        default: throw .unknownMethod("there is no method \(method.prefix(64))")
        }
    }

    private static func entry(_ tool: any AgentTool) -> JSON {
        [
            "name": .string(tool.name), "description": .string(tool.summary), "inputSchema": tool.schema,
            "annotations": ["readOnlyHint": .bool(tool.isReadOnly), "openWorldHint": false],
        ]
    }

    private func call(_ parameters: JSON) async throws(RPCError) -> JSON {
        guard let name = parameters["name"]?.string else { throw .invalidParameters("\"name\" is missing") }
        guard let tool = tools.first(where: { $0.name == name }) else {
            throw .invalidParameters("there is no tool \(name.prefix(64))")
        }
        let given = parameters["arguments"] ?? [:]
        guard given.object != nil else { throw .invalidParameters("\"arguments\" must be an object") }
        let arguments: JSON
        do { arguments = try SchemaValidator.check(given, against: tool.schema) } catch {
            // As the tool's own error and not the protocol's: so the agent's model reads it and mends its call.
            return Self.result("wrong arguments: \(error)", isError: true)
        }
        do {
            let value = try await tool.call(arguments)
            return Self.result(value.description, structured: value)
        } catch {
            return Self.result(error.message, isError: true)
        }
    }

    private static func result(_ text: String, structured: JSON? = nil, isError: Bool = false) -> JSON {
        var result: JSONObject = [
            "content": [["type": "text", "text": .string(text)]], "isError": .bool(isError),
        ]
        if let structured { result["structuredContent"] = structured }
        return .object(result)
    }
}
