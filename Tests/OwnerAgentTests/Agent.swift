import Flow
import JSON
import OwnerAgent

/// An agent that asks a server without HTTP in between.
final class Agent {
    let server: AgentServer
    var session: String?

    init(_ server: AgentServer) { self.server = server }

    static let headers = [
        "content-type": "application/json", "accept": "application/json, text/event-stream", "host": "house:8003",
    ]

    func post(_ body: String, headers: [String: String?] = [:]) async -> AgentAnswer {
        var all = Self.headers
        if let session { all["mcp-session-id"] = session }
        for (name, value) in headers { all[name] = value }
        return await server.answer(AgentRequest(method: "POST", headers: all, body: Array(body.utf8)))
    }

    func ask(_ method: String, _ parameters: JSON? = nil, id: JSON = 1) async -> AgentAnswer {
        var message: JSONObject = ["jsonrpc": "2.0", "id": id, "method": .string(method)]
        message["params"] = parameters
        return await post(JSON.object(message).description)
    }

    func initialize(_ version: String = "2025-06-18") async -> AgentAnswer {
        let answer = await ask(
            "initialize",
            ["protocolVersion": .string(version), "capabilities": [:], "clientInfo": ["name": "t", "version": "1"]])
        session = answer.headers["mcp-session-id"]
        return answer
    }

    /// - Returns: the `result` of a call.
    func call(_ tool: String, _ arguments: JSON = [:]) async -> JSON {
        await ask("tools/call", ["name": .string(tool), "arguments": arguments]).body?["result"] ?? .null
    }
}

extension AgentAnswer {
    var errorCode: Int? { body?["error"]?["code"]?.integer }
}
extension JSON {
    /// What a call's result says to a model.
    var text: String { self["content"]?[0]?["text"]?.string ?? "" }
}
