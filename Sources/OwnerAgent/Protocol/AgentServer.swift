import Addresses
package import Flow
import JSON

/// Yuyan as an MCP server over streamable HTTP: one `/mcp` for the owner's agent. Every answer is plain JSON; there is
/// no stream, because this server has nothing to say by itself.
///
/// The composition root calls `answer` for each request that has the owner's token. Safe to call from many tasks.
package struct AgentServer: Sendable {
    private let methods: AgentMethods
    private let sessions: AgentSessions
    private let calls = AgentCalls()
    private let version: String

    /// Messages in one array at most.
    static let longestBatch = 16

    /// - Parameters:
    ///   - tools: with different names.
    ///   - version: of this program.
    ///   - limit: agents at a time.
    ///   - lifetime: how long an agent may be quiet before it must shake hands again.
    package init(
        tools: [any AgentTool], version: String, clock: SessionClock, limit: Int = 64,
        lifetime: Duration = .seconds(3600)
    ) {
        methods = AgentMethods(tools: tools)
        sessions = AgentSessions(clock: clock, limit: limit, lifetime: lifetime)
        self.version = version
    }

    /// Never throws: whatever is wrong becomes an HTTP status and a JSON-RPC error. When the task is cancelled, a tool
    /// that is at work is cancelled too.
    package func answer(_ request: AgentRequest) async -> AgentAnswer {
        // A web page that made its reader's browser ask us (DNS rebinding).
        if let origin = request.headers["origin"], !Self.isOwn(origin, host: request.headers["host"]) {
            return Self.refuse(403, .invalidRequest("requests from pages of another host are refused"))
        }
        switch request.method {
        case "POST": return await post(request)
        case "DELETE":
            guard let id = request.headers["mcp-session-id"] else { return Self.withoutSession }
            return sessions.close(id) ? AgentAnswer(status: 204) : Self.unknownSession
        default:
            var answer = Self.refuse(405, .invalidRequest("there is no stream here; use POST"))
            answer.headers["allow"] = "POST, DELETE"
            return answer
        }
    }

    // MARK: - POST

    private func post(_ request: AgentRequest) async -> AgentAnswer {
        guard Self.isJSON(request.headers["content-type"]) else {
            return Self.refuse(415, .invalidRequest("content-type must be application/json"))
        }
        guard Self.takesJSON(request.headers["accept"]) else {
            return Self.refuse(406, .invalidRequest("answers are application/json, and accept does not allow that"))
        }
        if let version = request.headers["mcp-protocol-version"], AgentProtocolVersion(rawValue: version) == nil {
            let known = AgentProtocolVersion.allCases.map(\.rawValue).joined(separator: ", ")
            return Self.refuse(400, .invalidRequest("mcp-protocol-version must be one of \(known)"))
        }
        let json: JSON
        do { json = try JSON(parsing: request.body) } catch {
            return Self.refuse(400, .parse("not JSON: \(error)"))
        }
        if let batch = json.array { return await answer(batch, request) }
        let message: RPCMessage
        do { message = try RPCMessage(json) } catch { return Self.refuse(400, error, id: RPCMessage.id(of: json)) }
        if case .request(let id, "initialize", let parameters) = message { return initialize(id, parameters) }
        guard let session = request.headers["mcp-session-id"] else { return Self.withoutSession }
        guard sessions.touch(session) != nil else { return Self.unknownSession }
        guard let reply = await reply(to: message, in: session) else { return AgentAnswer(status: 202) }
        return AgentAnswer(body: reply)
    }

    private func initialize(_ id: JSON, _ parameters: JSON) -> AgentAnswer {
        guard let wanted = parameters["protocolVersion"]?.string else {
            return AgentAnswer(body: RPCError.invalidParameters("\"protocolVersion\" is missing").reply(to: id))
        }
        let agreed = AgentProtocolVersion.negotiate(wanted)
        let result: JSON = [
            "protocolVersion": .string(agreed.rawValue), "capabilities": ["tools": ["listChanged": false]],
            "serverInfo": ["name": "yuyan", "title": "Yuyan voice server", "version": .string(version)],
            "instructions":
                "The voice devices of a household. list_devices says which are here; say speaks on one; list_device_tools and call_device_tool use what a device can do.",
        ]
        return AgentAnswer(
            headers: ["mcp-session-id": sessions.open(agreed)],
            body: ["jsonrpc": "2.0", "id": id, "result": result])
    }

    /// - Returns: nil for a message that gets no answer.
    private func reply(to message: RPCMessage, in session: String) async -> JSON? {
        switch message {
        case .response: return nil
        case .notification(let method, let parameters):
            if method == "notifications/cancelled", let request = parameters["requestId"] {
                calls.cancel(.init(session: session, request: request))
            }
            return nil
        case .request(let id, let method, let parameters):
            do throws(RPCError) {
                let methods = methods
                let result =
                    method == "tools/call"
                    ? try await calls.run(.init(session: session, request: id)) { () async throws(RPCError) -> JSON in
                        try await methods.answer(method, parameters)
                    } : try await methods.answer(method, parameters)
                return ["jsonrpc": "2.0", "id": id, "result": result]
            } catch {
                return error.reply(to: id)
            }
        }
    }

    private func answer(_ batch: [JSON], _ request: AgentRequest) async -> AgentAnswer {
        guard let id = request.headers["mcp-session-id"] else { return Self.withoutSession }
        guard let version = sessions.touch(id) else { return Self.unknownSession }
        guard version.hasBatches else {
            return Self.refuse(400, .invalidRequest("MCP \(version.rawValue) has no arrays of messages"))
        }
        guard !batch.isEmpty else { return Self.refuse(400, .invalidRequest("the array is empty")) }
        guard batch.count <= Self.longestBatch else {
            return Self.refuse(400, .invalidRequest("an array has at most \(Self.longestBatch) messages"))
        }
        let replies = await withTaskGroup(of: (Int, JSON?).self) { group in
            for (index, json) in batch.enumerated() {
                group.addTask {
                    let message: RPCMessage
                    do throws(RPCError) { message = try RPCMessage(json) } catch {
                        return (index, error.reply(to: RPCMessage.id(of: json)))
                    }
                    return (index, await reply(to: message, in: id))
                }
            }
            var replies = [JSON?](repeating: nil, count: batch.count)
            for await (index, reply) in group { replies[index] = reply }
            return replies.compactMap(\.self)
        }
        return replies.isEmpty ? AgentAnswer(status: 202) : AgentAnswer(body: .array(replies))
    }

    // MARK: - Refusals

    private static let withoutSession = refuse(
        400, .invalidRequest("mcp-session-id is missing; begin with initialize"))
    private static let unknownSession = refuse(404, .unknownSession("the session is over; begin with initialize"))

    private static func refuse(_ status: Int, _ error: RPCError, id: JSON = .null) -> AgentAnswer {
        AgentAnswer(status: status, body: error.reply(to: id))
    }

    // MARK: - Headers

    private static func isJSON(_ type: String?) -> Bool {
        type?.split(separator: ";").first?.lowercased().filter { $0 != " " } == "application/json"
    }

    private static func takesJSON(_ accept: String?) -> Bool {
        guard let accept else { return true }
        let ranges = accept.lowercased().split(separator: ",").compactMap { range in
            range.split(separator: ";").first.map { $0.filter { $0 != " " } }
        }
        return ranges.contains { ["application/json", "application/*", "*/*"].contains($0) }
    }

    /// Whether a page of this very host asks; ports may differ.
    private static func isOwn(_ origin: String, host: String?) -> Bool {
        guard let page = WebOrigin(origin), let own = host.flatMap({ WebOrigin("http://\($0)") }) else { return false }
        return page.host == own.host
    }
}
