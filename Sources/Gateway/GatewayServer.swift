public import Conversation
import Flow
import FoundationEssentials
import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
import NIOPosix
public import ServiceLifecycle

/// Serves one device from its upgrade to its end; returning closes the socket with 1000.
///
/// The inputs end when the device or the server closes (also at a graceful stop), so a handler that reads them to
/// their end needs no other signal.
public typealias DeviceSessionHandler =
    @Sendable (DeviceIdentity, SessionInputSequence, any DeviceConnection) async -> Void

/// How devices arrive: the WebSocket port and the HTTP port, run by the composition root as one service.
public struct GatewayServer: Service, CustomStringConvertible {
    /// For ServiceLifecycle's log: not the configuration, and nothing secret.
    public var description: String { "Gateway" }

    private let gate: GatewayGate
    private let sessionHandler: DeviceSessionHandler
    private let onRunning: @Sendable (GatewayPorts) async -> Void
    private let logger: Logger
    private let owner: OwnerAccess?
    private let onLoopDelay: (@Sendable (Int, Duration) -> Void)?

    /// - Parameters:
    ///   - owner: what the owner may ask on the HTTP port; nil: nothing.
    ///   - overload: asked before a device is let in: why the server has too much to do, nil when it has not.
    ///   - onRefusal: told of everyone who is not let in, before or after the upgrade; must not block.
    ///   - onLoopDelay: gets each second the number of each event loop and how late it came to its work; must not block.
    ///     nil: nobody looks.
    ///   - now: Unix time in milliseconds; tests set it.
    ///   - onRunning: called once, when every port accepts connections.
    public init(
        configuration: GatewayConfiguration, authenticator: DeviceAuthenticator,
        logger: Logger = Logger(label: "yuyan.gateway"),
        now: (@Sendable () -> Int64)? = nil,
        owner: OwnerAccess? = nil,
        overload: @escaping @Sendable () -> String? = { nil },
        onRefusal: @escaping @Sendable (RefusalReason) -> Void = { _ in },
        onLoopDelay: (@Sendable (_ loop: Int, _ delay: Duration) -> Void)? = nil,
        onRunning: @escaping @Sendable (GatewayPorts) async -> Void = { _ in },
        sessionHandler: @escaping DeviceSessionHandler
    ) {
        let now = now ?? { Int64(Date().timeIntervalSince1970 * 1000) }
        gate = GatewayGate(
            configuration: configuration,
            admission: Admission(configuration, authenticator: authenticator),
            door: Doorkeeper(configuration, now: now(), overload: overload), now: now, onRefusal: onRefusal)
        self.sessionHandler = sessionHandler
        self.onRunning = onRunning
        self.logger = logger
        self.owner = owner
        self.onLoopDelay = onLoopDelay
    }

    /// Sets other limits for who comes in next; open connections stay.
    public func change(limits: AdmissionLimits) { gate.door.change(limits, now: gate.now()) }

    /// Lets nobody in any more (503); open connections stay. The first thing of a graceful stop.
    public func stopAdmitting() { gate.door.drain() }

    /// Serves until graceful shutdown or cancellation.
    ///
    /// - Throws: when a port cannot be bound.
    public func run() async throws {
        let configuration = gate.configuration
        let hasHTTP = configuration.httpPort != 0
        let announcer = PortAnnouncer(expectsHTTP: hasHTTP, announce: onRunning)
        let gate = gate
        let sessionHandler = sessionHandler
        var quiet = logger
        // Hummingbird's own start-up lines say what ours says.
        quiet.logLevel = max(logger.logLevel, .notice)

        var services: [any Service] = [
            WebSocketPort(
                gate: gate, sessionHandler: sessionHandler, logger: logger,
                onRunning: { port in await announcer.webSocket(port) })
        ]
        if let onLoopDelay {
            let loops = Array(MultiThreadedEventLoopGroup.singleton.makeIterator())
            services.append(
                EventLoopProbe(loops: loops, clock: SessionClock(ContinuousClock()), report: onLoopDelay))
        }
        if hasHTTP {
            let routes = HTTPRoutes(gate: gate, announcer: announcer, started: gate.now(), owner: owner)
            services.append(
                Application(
                    responder: routes,
                    server: .http1(configuration: .init(idleTimeout: .seconds(30))),
                    configuration: .init(
                        address: .hostname(configuration.host, port: configuration.httpPort ?? 0), serverName: "yuyan"),
                    onServerRunning: { channel in await announcer.http(channel.localAddress?.port ?? 0) },
                    logger: quiet))
        }
        var group = ServiceGroupConfiguration(services: services, logger: quiet)
        group.maximumGracefulShutdownDuration = configuration.shutdownTimeout
        try await ServiceGroup(configuration: group).run()
    }
}
