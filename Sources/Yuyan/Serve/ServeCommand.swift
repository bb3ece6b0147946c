import Flow
import ArgumentParser
import Conversation
import FoundationEssentials
import Gateway
import Logging
import ServiceLifecycle
import Settings
import Telemetry
import UnixSignals

/// `yuyan serve`: the server.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Start the server.",
        discussion:
            "It reads config.yaml and data/.config.yaml of its working directory and stops gracefully on SIGTERM or Ctrl-C."
    )

    @Option(name: .long, help: "The working directory.")
    var directory = "."

    func run() async throws {
        FileLimit.raise()
        let loaded = ConfigurationLoader.load(directory: directory, environment: ProcessInfo.processInfo.environment)
        for problem in loaded.problems { Terminal.error("\(problem)") }
        if loaded.isInvalid {
            Terminal.error("the configuration is invalid, so the server does not start")
            throw ExitCode.failure
        }
        let settings = loaded.settings
        let secrets: ServerSecrets
        do {
            secrets = try ServerSecrets(settings, directory: directory)
        } catch {
            Terminal.error("error: the server's secrets cannot be kept in \(directory)/data: \(error)")
            throw ExitCode.failure
        }
        let log = ServerLog(settings, secrets: secrets)
        let logger = Logger(label: "yuyan")
        let parts: ServerParts
        do {
            parts = try await ServerParts(settings: settings, directory: directory, logger: logger)
        } catch {
            Terminal.error("error: \(error)")
            throw ExitCode.failure
        }
        for problem in parts.problems { Terminal.error("warning: \(problem)") }
        let gateway = GatewayServer(
            configuration: gatewayConfiguration(settings), authenticator: secrets.authenticator(settings),
            logger: logger,
            owner: OwnerAccess(token: secrets.ownerToken, handlers: parts.ownerHandlers),
            overload: { [load = parts.watching.load] in load.overload },
            onRefusal: { [refused = parts.watching.metrics.connectionsRefused] in refused.add(1, $0.rawValue) },
            onLoopDelay: { [delay = parts.watching.metrics.eventLoopDelay] in delay.observe($1, String($0)) },
            onRunning: { ports in
                Terminal.error(
                    StartBanner(
                        ports: ports, address: await AdvertisedHost.localAddress(), settings: settings,
                        choices: parts.current.value.choices, sources: loaded.sources
                    ).text)
            },
            sessionHandler: { identity, inputs, connection in
                let session = Session(
                    id: UUID().uuidString.lowercased(), identity: identity, connection: connection,
                    live: parts.live, clock: parts.clock, logger: logger,
                    observer: {
                        TurnLog.write($0, to: logger)
                        parts.watching.observe($0)
                        parts.journal?.observe($0)
                    }, events: { parts.watching.metrics.observe($0, chained: parts.current.value.chained) })
                await parts.directory.serve(session, inputs)
            })
        let keyboard = Keyboard(
            pages: parts.pages, turns: parts.watching.turns, directory: parts.directory, gateway: gateway,
            level: log.level, reloads: parts.reloads, drainLimit: .seconds(settings.drainTimeout))
        let reloader = parts.reloader(
            learn: { log.learn($0) },
            whenAdopted: { settings in
                gateway.change(limits: AdmissionLimits(settings.limits))
                log.change(settings)
            })
        let group = ServiceGroup(
            configuration: .init(
                services: parts.services + [gateway, reloader, parts.drain(gateway)]
                    + (Keyboard.isThere ? [keyboard] : []),
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger))
        do {
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { await SecondSignal.endsTheProcess() }
                defer { tasks.cancelAll() }
                try await group.run()
            }
        } catch {
            Terminal.error("error: \(error); is another server using port \(settings.port) or \(settings.httpPort)?")
            await parts.shutdown()
            throw ExitCode.failure
        }
        await parts.shutdown()
        Terminal.error("stopped")
        if parts.console.restart.isOpen { SelfExecution.again() }
    }

    private func gatewayConfiguration(_ settings: ServerSettings) -> GatewayConfiguration {
        var configuration = GatewayConfiguration()
        configuration.host = settings.ip
        configuration.webSocketPort = settings.port
        configuration.httpPort = settings.httpPort
        configuration.advertisedWebSocketURL = settings.websocketURL
        configuration.trustedProxies = settings.trustedProxies
        configuration.allowedOrigins = settings.allowedOrigins
        configuration.timezoneOffsetMinutes = Int(settings.timezoneOffset * 60)
        configuration.limits = AdmissionLimits(settings.limits)
        configuration.pingInterval = .seconds(settings.pingInterval)
        configuration.pingTimeout = .seconds(settings.pingTimeout)
        configuration.version = ProductVersion.current
        return configuration
    }
}

extension AdmissionLimits {
    /// What the configuration says about who may come in.
    init(_ settings: LimitSettings) {
        self.init()
        connections = settings.connections
        perAddress = settings.perAddress
        newPerSecond = settings.newPerSecond
    }
}
