import JSON
import Synchronization
import Tools
import VoiceAPI
import WebClient

/// MCP over streamable HTTP: every message is a POST, answers come as JSON or as events in its answer.
struct StreamableHTTPConnection: ToolServerConnection {
    let name: String
    let url: String
    let headers: [(name: String, value: String)]
    let web: WebClient

    func withClient(
        _ makeClient: @escaping @Sendable (any MCPTransport) -> MCPClient,
        serve: @escaping @Sendable (MCPClient) async throws -> Void
    ) async throws {
        let transport = StreamableHTTPTransport(name: name, url: url, headers: headers, web: web)
        let client = makeClient(transport)
        transport.connect(client)
        defer { client.close("the server is no longer needed") }
        do {
            try await serve(client)
            await transport.end()
        } catch {
            await transport.end()
            throw error
        }
    }
}

final class StreamableHTTPTransport: MCPTransport {
    private struct State {
        var session: String?
        var version: String?
        var client: MCPClient?
    }
    /// The answer has come; the server may keep its stream open, we need no more of it.
    private struct Answered: Error {}

    private let name: String
    private let url: String
    private let headers: [(name: String, value: String)]
    private let web: WebClient
    private let state = Mutex(State())

    /// Bytes of one answer.
    private static let longestAnswer = 16 << 20

    init(name: String, url: String, headers: [(name: String, value: String)], web: WebClient) {
        self.name = name
        self.url = url
        self.headers = headers
        self.web = web
    }

    func connect(_ client: MCPClient) { state.withLock { $0.client = client } }
    func didNegotiate(protocolVersion: String) { state.withLock { $0.version = protocolVersion } }

    func send(_ message: JSON) async throws {
        var request = request("POST")
        request.body = message.bytes
        request.headers += [
            ("Content-Type", "application/json"), ("Accept", "application/json, text/event-stream"),
        ]
        guard let client = state.withLock({ $0.client }) else { throw MCPError.closed("the transport has no client") }
        let kind = Mutex("")
        let body = Mutex<[UInt8]>([])
        var events = ServerSentEvents()
        let awaited = message["id"]
        do {
            try await web.stream(
                request, provider: name,
                head: { fields in
                    kind.withLock { $0 = fields["content-type"] ?? "" }
                    if let session = fields["mcp-session-id"] { self.state.withLock { $0.session = session } }
                },
                receive: { bytes in
                    if kind.withLock({ $0.hasPrefix("text/event-stream") }) {
                        for event in events.push(bytes) {
                            guard let message = try? JSON(parsing: event.data) else { continue }
                            await client.receive(message)
                            if message["id"] == awaited, message["method"] == nil { throw Answered() }
                        }
                    } else {
                        let size = body.withLock { body in
                            body += bytes
                            return body.count
                        }
                        guard size <= Self.longestAnswer else {
                            throw MCPError.malformed("an answer longer than \(Self.longestAnswer) bytes")
                        }
                    }
                })
        } catch {
            if error.cause is Answered { return }
            // The server has forgotten the session: the supervisor begins a new one. The standard says 404; the official
            // Python SDK before 1.20 says 400.
            if error.status == 404 || error.status == 400, state.withLock({ $0.session != nil }) {
                client.close("the server ended the session")
            }
            throw error
        }
        let bytes = body.withLock { $0 }
        guard !bytes.isEmpty, kind.withLock({ $0.hasPrefix("application/json") }) else { return }
        guard let answer = try? JSON(parsing: bytes) else { throw MCPError.malformed("an answer that is no JSON") }
        await client.receive(answer)
    }

    /// Tells the server that the session is over. The task is cancelled by then as a rule.
    func end() async {
        guard state.withLock({ $0.session != nil }) else { return }
        await web.sendGoodbye(request("DELETE"))
    }

    private func request(_ method: String) -> WebRequest {
        var request = WebRequest(method: method, url: url, headers: headers, firstByteTimeout: .seconds(300))
        // The client has its own deadline for every request.
        request.idleTimeout = nil
        let (session, version) = state.withLock { ($0.session, $0.version) }
        if let session { request.headers.append(("Mcp-Session-Id", session)) }
        if let version { request.headers.append(("MCP-Protocol-Version", version)) }
        return request
    }
}
