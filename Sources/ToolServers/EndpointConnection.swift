import JSON
import Tools
import WebClient

/// The MCP endpoint: JSON-RPC as text messages of a WebSocket.
struct EndpointConnection: ToolServerConnection {
    let url: String

    func withClient(
        _ makeClient: @escaping @Sendable (any MCPTransport) -> MCPClient,
        serve: @escaping @Sendable (MCPClient) async throws -> Void
    ) async throws {
        try await WebSocketClient.withConnection(url: url) { connection in
            let client = makeClient(EndpointTransport(connection: connection))
            try await race(
                client,
                reading: {
                    while let message = try await connection.receive() {
                        guard case .text(let bytes) = message, let json = try? JSON(parsing: bytes) else { continue }
                        await client.receive(json)
                    }
                },
                serving: { try await serve(client) })
        }
    }
}

private struct EndpointTransport: MCPTransport {
    let connection: WebSocketConnection
    func send(_ message: JSON) async throws { try await connection.send(.text(message.bytes)) }
}
