package import JSON

/// Carries JSON-RPC messages to an MCP peer. What comes back is fed to `MCPClient.receive` by whoever reads it.
///
/// Implemented by a device's WebSocket session, by stdio, SSE and streamable HTTP servers and by the MCP endpoint.
package protocol MCPTransport: Sendable {
    /// - Throws: when the peer is gone; the request that is being sent then fails.
    func send(_ message: JSON) async throws
    /// Told after `initialize`, for transports that must name the version in every later request.
    func didNegotiate(protocolVersion: String)
}

extension MCPTransport {
    package func didNegotiate(protocolVersion: String) {}
}
