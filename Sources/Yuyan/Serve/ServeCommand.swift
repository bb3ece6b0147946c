import Flow
import ArgumentParser
import Conversation
import FoundationEssentials
import Gateway
import Logging
import ServiceLifecycle
import Settings
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
        let loaded = ConfigurationLoader.load(directory: directory, environment: ProcessInfo.processInfo.environment)
        for problem in loaded.problems { Terminal.error("\(problem)") }
        if loaded.isInvalid {
            Terminal.error("the configuration is invalid, so the server does not start")
            throw ExitCode.failure
        }
        let settings = loaded.settings
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = Logger.Level(rawValue: settings.logLevel.lowercased()) ?? .info
            return handler
        }
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
            configuration: gatewayConfiguration(settings), authenticator: try authenticator(settings), logger: logger,
            owner: OwnerAccess(
                token: try settings.ownerToken ?? SecretFile.ownerToken.loadOrCreate(directory: directory),
                handlers: parts.ownerHandlers),
            onRunning: { ports in
                Terminal.error(
                    StartBanner(
                        ports: ports, address: await AdvertisedHost.localAddress(), settings: settings,
                        choices: parts.choices,
                        sources: loaded.sources
                    ).text)
            },
            sessionHandler: { identity, frames, connection in
                do {
                    let session = try Session(
                        id: UUID().uuidString.lowercased(), identity: identity, connection: connection,
                        providers: parts.providers, settings: parts.sessionSettings,
                        clock: SessionClock(ContinuousClock()),
                        logger: logger,
                        observer: {
                            TurnLog.write($0, to: logger)
                            parts.journal?.observe($0)
                        })
                    await parts.directory.serve(session, frames)
                } catch {
                    logger.error("a session could not begin", metadata: ["error": "\(error)"])
                }
            })
        let group = ServiceGroup(
            configuration: .init(
                services: parts.services + [gateway], gracefulShutdownSignals: [.sigterm, .sigint], logger: logger))
        do {
            try await group.run()
        } catch {
            Terminal.error("error: \(error); is another server using port \(settings.port) or \(settings.httpPort)?")
            await parts.shutdown()
            throw ExitCode.failure
        }
        await parts.shutdown()
        Terminal.error("stopped")
    }

    private func gatewayConfiguration(_ settings: ServerSettings) -> GatewayConfiguration {
        var configuration = GatewayConfiguration()
        configuration.host = settings.ip
        configuration.webSocketPort = settings.port
        configuration.httpPort = settings.httpPort
        configuration.advertisedWebSocketURL = settings.websocketURL
        configuration.timezoneOffsetMinutes = Int(settings.timezoneOffset * 60)
        configuration.version = ProductVersion.current
        return configuration
    }

    private func authenticator(_ settings: ServerSettings) throws -> DeviceAuthenticator {
        DeviceAuthenticator(
            key: try settings.authKey ?? SecretFile.authKey.loadOrCreate(directory: directory),
            isEnabled: settings.isAuthEnabled,
            allowedDevices: Set(settings.allowedDevices), lifetimeSeconds: Int64(settings.tokenLifetime))
    }
}
