import Flow
import Tools

/// A way to one tool server, open for the length of a closure.
protocol ToolServerConnection: Sendable {
    /// Opens the way, lets `serve` use the client, and closes it whatever happens.
    ///
    /// - Throws: what `serve` throws, or why there is no connection (any more).
    func withClient(
        _ makeClient: @escaping @Sendable (any MCPTransport) -> MCPClient,
        serve: @escaping @Sendable (MCPClient) async throws -> Void
    ) async throws
}

/// Reads on one side and serves on the other; the first to end ends both.
func race(
    _ client: MCPClient, reading: @escaping @Sendable () async throws -> Void,
    serving: @escaping @Sendable () async throws -> Void
) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            defer { client.close("the server went away") }
            try await reading()
        }
        group.addTask { try await serving() }
        defer { group.cancelAll() }
        try await group.next()
    }
}
