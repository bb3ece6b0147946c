package import Flow
package import JSON
import Synchronization

/// The client's side of one MCP connection (JSON-RPC 2.0): initialize, list, call, whatever carries the messages.
///
/// Thread-safe; requests run side by side. Nothing the peer sends can fail more than the request it answers: unknown
/// ids, second answers to one id and floods of notifications are dropped.
package final class MCPClient: Sendable {
    package struct Configuration: Sendable {
        /// Offered in `initialize`; the peer may answer with an older one of `accepted`.
        package var protocolVersion = "2025-06-18"
        package var accepted: Set<String> = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]
        package var clientName = "Yuyan"
        package var clientVersion = "1.0.0"
        package var capabilities: JSON = [:]
        /// For `initialize` and each page of `tools/list`.
        package var setupTimeout = Duration.seconds(10)
        /// For `tools/call` (conformance statement 37).
        package var callTimeout = Duration.seconds(30)
        /// Send `notifications/initialized`; boards ignore it and one gateway answers it from its cache.
        package var announcesInitialized = true
        /// Asks a device for the tools meant for its owner, too.
        package var listsUserTools = false
        package init() {}
    }

    private struct State {
        var lastID: Int32 = 0
        var pending: [Int32: MCPReply] = [:]
        var closed: String?
        var serverInfo: JSON = [:]
    }

    package let name: String
    private let configuration: Configuration
    private let transport: any MCPTransport
    private let clock: SessionClock
    private let state = Mutex(State())
    /// Holds one mark when the peer said that its tools changed, however often it said so.
    private let changes = BoundedQueue<Bool>(limit: 1)

    /// Pages of a tool list that are followed; a cursor that never ends is cut there.
    private static let mostPages = 64
    /// Tools of one peer that are kept.
    package static let mostTools = 256

    package init(
        name: String, configuration: Configuration = Configuration(), transport: any MCPTransport, clock: SessionClock
    ) {
        self.name = name
        self.configuration = configuration
        self.transport = transport
        self.clock = clock
    }

    /// Shakes hands.
    ///
    /// - Throws: `MCPError`, also when the peer speaks no version we know.
    @discardableResult
    package func initialize() async throws -> JSON {
        let result = try await request(
            "initialize",
            [
                "protocolVersion": .string(configuration.protocolVersion), "capabilities": configuration.capabilities,
                "clientInfo": [
                    "name": .string(configuration.clientName), "version": .string(configuration.clientVersion),
                ],
            ], timeout: configuration.setupTimeout)
        let version = result["protocolVersion"]?.string ?? configuration.protocolVersion
        guard configuration.accepted.contains(version) else {
            throw MCPError.malformed("protocol version \(version.prefix(20))")
        }
        state.withLock { $0.serverInfo = result["serverInfo"] ?? [:] }
        transport.didNegotiate(protocolVersion: version)
        if configuration.announcesInitialized {
            try await transport.send(["jsonrpc": "2.0", "method": "notifications/initialized"])
        }
        return result
    }

    /// Every tool of the peer, page by page (conformance statement 36). Entries that are no tools are left out.
    package func listTools() async throws -> [MCPTool] {
        var tools: [MCPTool] = []
        var seen: Set<String> = []
        var cursor: String?
        for _ in 0..<Self.mostPages {
            var parameters = JSONObject()
            if let cursor { parameters["cursor"] = .string(cursor) }
            if configuration.listsUserTools { parameters["withUserTools"] = true }
            let page = try await request("tools/list", .object(parameters), timeout: configuration.setupTimeout)
            guard let entries = page["tools"]?.array else { throw MCPError.malformed("tools/list without tools") }
            for entry in entries {
                guard tools.count < Self.mostTools, let tool = MCPTool(entry), seen.insert(tool.name).inserted else {
                    continue
                }
                tools.append(tool)
            }
            guard let next = page["nextCursor"]?.string, !next.isEmpty, next != cursor else { break }
            cursor = next
        }
        return tools
    }

    /// - Throws: `MCPError`; a result that says `isError` is no throw.
    package func call(_ tool: String, _ arguments: JSON, timeout: Duration? = nil) async throws -> MCPToolResult {
        let result = try await request(
            "tools/call", ["name": .string(tool), "arguments": arguments],
            timeout: timeout ?? configuration.callTimeout)
        return MCPToolResult(result)
    }

    /// Waits until the peer says that its tools changed.
    ///
    /// - Returns: false when the connection or the task has ended.
    package func toolsChanged() async -> Bool { await changes.next() ?? false }

    /// Pings the peer until it answers no more: a proxy in between may keep a dead connection open for ever.
    ///
    /// A peer that has never answered a ping may not know it, and is let be.
    ///
    /// - Throws: `MCPError` or what the transport says when the peer is gone; `CancellationError` with the task.
    package func watch(every interval: Duration = .seconds(30)) async throws {
        var hasAnswered = false
        while true {
            try await clock.sleep(for: interval)
            do {
                _ = try await request("ping", [:], timeout: configuration.setupTimeout)
                hasAnswered = true
            } catch MCPError.refused {
                hasAnswered = true
            } catch {
                if Task.isCancelled || isClosed || hasAnswered { throw error }
            }
        }
    }

    // MARK: - From the peer

    /// Takes one message of the peer, or a batch.
    package func receive(_ message: JSON) async {
        if let batch = message.array {
            for part in batch.prefix(64) where part.array == nil { await receive(part) }
            return
        }
        guard message.object != nil else { return }
        if let method = message["method"]?.string {
            if let id = message["id"], !id.isNull {
                await answer(method, id: id)
            } else if method == "notifications/tools/list_changed" {
                _ = changes.offer(true)
            }
            return
        }
        guard let number = message["id"]?.integer, let id = Int32(exactly: number) else { return }
        // A late or a second answer finds nobody waiting (conformance statement 37).
        guard let reply = state.withLock({ $0.pending.removeValue(forKey: id) }) else { return }
        if let error = message["error"], !error.isNull {
            let text = error["message"]?.string ?? error.string ?? "the request was refused"
            reply.set(.failure(.refused(code: error["code"]?.integer, message: String(text.prefix(2000)))))
        } else if let result = message["result"] {
            reply.set(.success(result))
        } else {
            reply.set(.failure(.malformed("an answer without result")))
        }
    }

    /// Whether `close` was called.
    package var isClosed: Bool { state.withLock { $0.closed != nil } }

    /// The connection is gone: every open request fails, new ones at once.
    package func close(_ reason: String) {
        let open = state.withLock { state in
            if state.closed == nil { state.closed = reason }
            defer { state.pending = [:] }
            return state.pending
        }
        for reply in open.values { reply.set(.failure(.closed(reason))) }
        changes.finish()
    }

    private func answer(_ method: String, id: JSON) async {
        let reply: JSON =
            method == "ping"
            ? ["jsonrpc": "2.0", "id": id, "result": [:]]
            : [
                "jsonrpc": "2.0", "id": id,
                "error": ["code": -32601, "message": "this client does not offer that"],
            ]
        try? await transport.send(reply)
    }

    // MARK: - To the peer

    private func request(_ method: String, _ parameters: JSON, timeout: Duration) async throws -> JSON {
        let reply = MCPReply()
        // Positive, unique and never more than 31 bits: a board ignores everything else (conformance statement 35).
        let (id, closed) = state.withLock { state -> (Int32, String?) in
            repeat {
                state.lastID = state.lastID == .max ? 1 : state.lastID + 1
            } while state.pending[state.lastID] != nil
            if state.closed == nil { state.pending[state.lastID] = reply }
            return (state.lastID, state.closed)
        }
        if let closed { throw MCPError.closed(closed) }
        defer { _ = state.withLock { $0.pending.removeValue(forKey: id) } }
        let message: JSON = [
            "jsonrpc": "2.0", "id": .integer(Int64(id)), "method": .string(method), "params": parameters,
        ]
        let transport = transport
        let clock = clock
        return try await withThrowingTaskGroup(of: JSON?.self) { group in
            group.addTask {
                try await transport.send(message)
                return try await reply.value()
            }
            group.addTask {
                try await clock.sleep(for: timeout)
                return nil
            }
            defer { group.cancelAll() }
            guard let result = try await group.next() ?? nil else { throw MCPError.timedOut(method: method) }
            return result
        }
    }
}
