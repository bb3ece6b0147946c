package import Flow
package import Logging
import ServiceLifecycle
package import Tools
import VoiceAPI
package import WebClient

/// Keeps the connections to every tool server: started once per Yuyan, listed, listed anew on change, restarted with
/// back-off when one dies. While a server is away its tools are off the shelf.
package struct ToolServerSupervisor: Service {
    private let servers: [ToolServerSettings]
    private let shelf: ToolShelf
    private let web: WebClient
    private let clock: SessionClock
    private let logger: Logger

    /// Between two lists of one server at least; a flood of notifications costs one list a second.
    private static let betweenLists = Duration.seconds(1)
    private static let longestPause = Duration.seconds(60)

    package init(
        servers: [ToolServerSettings], shelf: ToolShelf, web: WebClient,
        clock: SessionClock = SessionClock(ContinuousClock()), logger: Logger
    ) {
        self.servers = servers
        self.shelf = shelf
        self.web = web
        self.clock = clock
        self.logger = logger
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                for server in servers { group.addTask { await keep(server) } }
            }
        }
    }

    private func keep(_ server: ToolServerSettings) async {
        var pause = Duration.seconds(1)
        while !Task.isCancelled {
            let began = clock.now
            do {
                try await serve(server)
                logger.warning("a tool server went away", metadata: ["server": "\(server.name)"])
            } catch {
                guard !Task.isCancelled else { break }
                logger.warning(
                    "a tool server failed", metadata: ["server": "\(server.name)", "error": "\(error)"])
            }
            shelf.remove(server.name)
            // One that ran well for a while starts over with a short pause.
            if clock.now - began > Self.longestPause { pause = .seconds(1) }
            do { try await clock.sleep(for: pause + .milliseconds(Int.random(in: 0...250))) } catch { break }
            pause = min(pause * 2, Self.longestPause)
        }
        shelf.remove(server.name)
    }

    private func serve(_ server: ToolServerSettings) async throws {
        let (shelf, clock, logger) = (shelf, clock, logger)
        let isEndpoint = if case .endpoint = server.transport { true } else { false }
        let source = isEndpoint ? ToolSource.mcpEndpoint : .mcpServer
        var configuration = MCPClient.Configuration()
        if isEndpoint { configuration.protocolVersion = "2024-11-05" }
        let chosen = configuration
        try await connection(to: server).withClient({ transport in
            MCPClient(name: server.name, configuration: chosen, transport: transport, clock: clock)
        }) { client in
            try await client.initialize()
            repeat {
                let tools = try await client.listTools()
                shelf.put(
                    tools.map { MCPRemoteTool(client: client, tool: $0, source: source, timeout: server.timeout) },
                    as: server.name)
                logger.info(
                    "the tools of a server are known",
                    metadata: ["server": "\(server.name)", "tools": "\(tools.count)"])
                try await clock.sleep(for: Self.betweenLists)
            } while await client.toolsChanged()
        }
    }

    private func connection(to server: ToolServerSettings) -> any ToolServerConnection {
        switch server.transport {
        case .stdio(let command, let arguments, let environment):
            StdioConnection(
                name: server.name, command: command, arguments: arguments, environment: environment, logger: logger)
        case .sse(let url): SSEConnection(name: server.name, url: url, headers: server.headers, web: web)
        case .streamableHTTP(let url):
            StreamableHTTPConnection(name: server.name, url: url, headers: server.headers, web: web)
        case .endpoint(let url): EndpointConnection(url: url)
        }
    }
}
