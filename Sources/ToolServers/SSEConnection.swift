import Flow
import JSON
import Synchronization
import Tools
import WebClient

/// MCP over the older HTTP transport: a stream of events, whose first one says where to post.
struct SSEConnection: ToolServerConnection {
    let name: String
    let url: String
    let headers: [(name: String, value: String)]
    let web: WebClient

    func withClient(
        _ makeClient: @escaping @Sendable (any MCPTransport) -> MCPClient,
        serve: @escaping @Sendable (MCPClient) async throws -> Void
    ) async throws {
        let transport = SSETransport(name: name, headers: headers, web: web)
        let client = makeClient(transport)
        let (name, url, headers, web) = (name, url, headers, web)
        try await race(
            client,
            reading: {
                var events = ServerSentEvents()
                var request = WebRequest(
                    method: "GET", url: url, headers: headers + [("Accept", "text/event-stream")],
                    firstByteTimeout: .seconds(10))
                request.idleTimeout = nil
                try await web.stream(request, provider: name) { bytes in
                    for event in events.push(bytes) {
                        if event.name == "endpoint" {
                            guard let address = Self.endpoint(event.data, of: url) else {
                                throw MCPError.malformed("an endpoint on another host: \(event.data.prefix(100))")
                            }
                            transport.open(address)
                        } else if let message = try? JSON(parsing: event.data) {
                            await client.receive(message)
                        }
                    }
                }
            },
            serving: { try await serve(client) })
    }

    /// Where to post: on the same scheme, host and port, or nowhere. Another host would get our headers.
    static func endpoint(_ told: String, of url: String) -> String? {
        guard let scheme = url.firstRange(of: "://") else { return nil }
        let authority = url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" }
        let origin = url[..<scheme.upperBound] + authority
        if told.hasPrefix("//") { return nil }
        if told.hasPrefix("/") { return origin + told }
        if told.contains("://") {
            guard told.hasPrefix(origin) else { return nil }
            let rest = told.dropFirst(origin.count)
            return rest.isEmpty || rest.hasPrefix("/") || rest.hasPrefix("?") ? told : nil
        }
        let path = url[..<(url[scheme.upperBound...].lastIndex(of: "/") ?? url.endIndex)]
        return "\(path)/\(told)"
    }
}

private final class SSETransport: MCPTransport {
    private let name: String
    private let headers: [(name: String, value: String)]
    private let web: WebClient
    private let address = Mutex<String?>(nil)
    private let isOpen = Latch()

    init(name: String, headers: [(name: String, value: String)], web: WebClient) {
        self.name = name
        self.headers = headers
        self.web = web
    }

    func open(_ url: String) {
        address.withLock { if $0 == nil { $0 = url } }
        isOpen.open()
    }

    func send(_ message: JSON) async throws {
        await isOpen.wait()
        guard let url = address.withLock({ $0 }) else { throw CancellationError() }
        let request = WebRequest(
            url: url, headers: headers + [("Content-Type", "application/json")], body: message.bytes,
            firstByteTimeout: .seconds(10))
        _ = try await web.send(request, provider: name)
    }
}
