package import Flow
package import JSON
package import Logging
import VoiceAPI

/// A board's own tools over its WebSocket (docs/protocol.md §6): initialize with the vision address, list page by page,
/// list anew when the board says so, and put what there is on the session's shelf.
package final class DeviceMCP: Sendable {
    package static let group = "device MCP"

    private let client: MCPClient
    private let shelf: ToolShelf
    private let logger: Logger
    private let clock: SessionClock

    /// Where a board sends its photos.
    package struct Vision: Sendable, Equatable {
        package var url: String
        package var token: String
        package init(url: String, token: String) {
            self.url = url
            self.token = token
        }
    }

    /// - Parameters:
    ///   - send: puts a JSON-RPC payload on the wire; must not block.
    ///   - callTimeout: of one call (conformance statement 37).
    package init(
        shelf: ToolShelf, vision: Vision?, clock: SessionClock, callTimeout: Duration = .seconds(30), logger: Logger,
        send: @escaping @Sendable (JSON) async -> Void
    ) {
        var configuration = MCPClient.Configuration()
        configuration.protocolVersion = "2024-11-05"
        configuration.announcesInitialized = false
        configuration.callTimeout = callTimeout
        configuration.listsUserTools = true
        if let vision {
            configuration.capabilities = ["vision": ["url": .string(vision.url), "token": .string(vision.token)]]
        }
        client = MCPClient(
            name: "device", configuration: configuration, transport: DeviceTransport(send: send), clock: clock)
        self.shelf = shelf
        self.logger = logger
        self.clock = clock
    }

    /// Takes a payload of the device.
    package func receive(_ payload: JSON) async { await client.receive(payload) }

    /// A board that is busy (it starts its camera, or updates itself) is asked again so often, after such pauses.
    private static let tries = 4
    private static let pause = Duration.seconds(5)

    /// Shakes hands and keeps the shelf up to date until the session ends. A board that does not answer is asked again
    /// after 5, 10 and 15 s.
    package func run() async {
        for attempt in 1...Self.tries {
            do {
                return try await keepListing()
            } catch {
                guard !Task.isCancelled, !client.isClosed else { return }
                logger.warning(
                    "the device's tools cannot be listed",
                    metadata: ["error": "\(error)", "tries_left": "\(Self.tries - attempt)"])
            }
            do { try await clock.sleep(for: Self.pause * attempt) } catch { return }
        }
    }

    private func keepListing() async throws {
        try await client.initialize()
        repeat {
            let tools = try await client.listTools()
            shelf.put(
                tools.map { MCPRemoteTool(client: client, tool: $0, source: .deviceMCP) }, as: Self.group)
            logger.debug("the device's tools are known", metadata: ["tools": "\(tools.count)"])
        } while await client.toolsChanged() && !Task.isCancelled
    }

    /// The session is over: open calls fail.
    package func close() {
        client.close("the device left")
        shelf.remove(Self.group)
    }
}

/// JSON-RPC inside the session's messages.
private struct DeviceTransport: MCPTransport {
    let send: @Sendable (JSON) async -> Void
    func send(_ message: JSON) async throws { await send(message) }
}
