package import Flow
package import Logging
import ServiceLifecycle
package import Tools
import VoiceAPI
package import WebClient

/// Keeps the connections to every tool server: started once per Yuyan, listed, listed anew on change, restarted with
/// back-off when one dies. While a server is away its tools are off the shelf. Which servers there are may change while
/// it runs; one whose settings stay is left alone.
package struct ToolServerSupervisor: Service {
    /// A server that is kept, from its first connection to the end.
    private final class Kept: Sendable {
        let settings: ToolServerSettings
        /// On the shelf: two servers of one name may overlap for a while.
        let group: String
        /// Not wanted any more: no new turn gets its tools.
        let unwanted = Latch()
        /// Nobody uses it: its connection ends.
        let ended = Latch()

        init(_ settings: ToolServerSettings, number: Int) {
            self.settings = settings
            group = "\(settings.name) #\(number)"
        }
    }
    /// Who is wanted from now on, and when those that are not may end.
    private struct Change: Sendable {
        var servers: [ToolServerSettings]
        var retired: Latch
    }

    /// Reloads are rare and taken at once; more than these wait only before `run`.
    private let changes = BoundedQueue<Change>(limit: 16)
    private let shelf: ToolShelf
    private let web: WebClient
    private let clock: SessionClock
    private let logger: Logger
    private let onRestart: @Sendable (String) -> Void

    /// Between two lists of one server at least; a flood of notifications costs one list a second.
    private static let betweenLists = Duration.seconds(1)
    private static let longestPause = Duration.seconds(60)

    /// - Parameters:
    ///   - servers: the first ones; `change` brings others.
    ///   - onRestart: gets the name of a server each time it is started again; must not block.
    package init(
        servers: [ToolServerSettings] = [], shelf: ToolShelf, web: WebClient,
        clock: SessionClock = SessionClock(ContinuousClock()), logger: Logger,
        onRestart: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.shelf = shelf
        self.web = web
        self.clock = clock
        self.logger = logger
        self.onRestart = onRestart
        if !servers.isEmpty { change(to: servers, after: Latch()) }
    }

    /// Sets which servers there are. Does not wait.
    ///
    /// - Parameter retired: opens when the last turn that knows the servers before is over; those no longer wanted end
    ///   then.
    package func change(to servers: [ToolServerSettings], after retired: Latch) {
        _ = changes.offer(Change(servers: servers, retired: retired))
    }

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                var kept: [Kept] = []
                var number = 0
                for await change in changes {
                    for old in kept where !change.servers.contains(old.settings) {
                        old.unwanted.open()
                        shelf.remove(old.group)
                        group.addTask {
                            await change.retired.wait()
                            old.ended.open()
                        }
                    }
                    kept.removeAll { $0.unwanted.isOpen }
                    for settings in change.servers where !kept.contains(where: { $0.settings == settings }) {
                        number += 1
                        let new = Kept(settings, number: number)
                        kept.append(new)
                        group.addTask { await keep(new) }
                    }
                }
            }
        }
    }

    /// Until it has ended or the task is cancelled.
    private func keep(_ server: Kept) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await connectAgainAndAgain(server) }
            group.addTask { await server.ended.wait() }
            await group.next()
            group.cancelAll()
        }
        shelf.remove(server.group)
    }

    private func connectAgainAndAgain(_ kept: Kept) async {
        let server = kept.settings
        var pause = Duration.seconds(1)
        while !Task.isCancelled {
            let began = clock.now
            do {
                try await serve(kept)
                logger.warning("a tool server went away", metadata: ["server": "\(server.name)"])
            } catch {
                guard !Task.isCancelled else { break }
                logger.warning(
                    "a tool server failed", metadata: ["server": "\(server.name)", "error": "\(error)"])
            }
            shelf.remove(kept.group)
            // One that ran well for a while starts over with a short pause.
            if clock.now - began > Self.longestPause { pause = .seconds(1) }
            do { try await clock.sleep(for: pause + .milliseconds(Int.random(in: 0...250))) } catch { break }
            pause = min(pause * 2, Self.longestPause)
            onRestart(server.name)
        }
    }

    private func serve(_ kept: Kept) async throws {
        let (shelf, clock, logger, server) = (shelf, clock, logger, kept.settings)
        let isEndpoint = if case .endpoint = server.transport { true } else { false }
        let source = isEndpoint ? ToolSource.mcpEndpoint : .mcpServer
        var configuration = MCPClient.Configuration()
        if isEndpoint { configuration.protocolVersion = "2024-11-05" }
        let chosen = configuration
        try await connection(to: server).withClient({ transport in
            MCPClient(name: server.name, configuration: chosen, transport: transport, clock: clock)
        }) { client in
            try await client.initialize()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await client.watch() }
                group.addTask {
                    repeat {
                        let tools = try await client.listTools()
                        if !kept.unwanted.isOpen {
                            shelf.put(
                                tools.map {
                                    MCPRemoteTool(client: client, tool: $0, source: source, timeout: server.timeout)
                                }, as: kept.group)
                        }
                        logger.info(
                            "the tools of a server are known",
                            metadata: ["server": "\(server.name)", "tools": "\(tools.count)"])
                        try await clock.sleep(for: Self.betweenLists)
                    } while await client.toolsChanged()
                }
                defer { group.cancelAll() }
                try await group.next()
            }
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
