import Conversation
import Flow
import Logging
import NIOCore
import NIOExtras
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import ServiceLifecycle

/// The port devices connect to: an HTTP/1.1 request that becomes a session or gets a plain answer.
///
/// A connection that asks for nothing yet costs no task; one that became a session has one, its handler's.
struct WebSocketPort: Service, CustomStringConvertible {
    var description: String { "WebSocket port" }

    /// A device whose upgrade is done.
    struct Arrival: Sendable {
        let identity: DeviceIdentity
        let connection: any DeviceConnection
        let inputs: SessionInputSequence
        let closed: EventLoopFuture<Void>
    }

    let gate: GatewayGate
    let sessionHandler: DeviceSessionHandler
    let logger: Logger
    /// Called with the port bound.
    let onRunning: @Sendable (Int) async -> Void

    /// Connections the kernel holds until they are accepted: a house whose power comes back connects all at once. Linux
    /// bounds it by `net.core.somaxconn` (4096).
    private static let backlog: Int32 = 4096
    /// Upgraded devices that wait for their task; one more is closed with 1013.
    private static let mostArrivals = 1024
    /// Bytes that wait in the channel at most before frames wait in its handler, where they can still be dropped.
    private static let writeBuffer = ChannelOptions.Types.WriteBufferWaterMark(low: 2048, high: 8192)
    /// A device's frame of 60 ms has some 200 bytes; each idle connection keeps such a buffer.
    private static let readBuffer = AdaptiveRecvByteBufferAllocator(minimum: 512, initial: 512, maximum: 65_536)

    /// Serves until graceful shutdown or cancellation.
    ///
    /// - Throws: when the port cannot be bound.
    func run() async throws {
        let arrivals = BoundedQueue<Arrival>(limit: Self.mostArrivals)
        let group = MultiThreadedEventLoopGroup.singleton
        let quiescing = ServerQuiescingHelper(group: group)
        let server = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: Self.backlog)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(quiescing.makeServerChannelHandler(channel: channel))
                }
            }
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.writeBufferWaterMark, value: Self.writeBuffer)
            .childChannelOption(.recvAllocator, value: Self.readBuffer)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try prepare(channel, arrivals) }
            }
            .bind(host: gate.configuration.host, port: gate.configuration.webSocketPort).get()
        await onRunning(server.localAddress?.port ?? 0)
        let ended = server.eventLoop.makePromise(of: Void.self)
        // Every socket is gone, so nobody arrives any more.
        ended.futureResult.whenComplete { _ in arrivals.finish() }
        await withTaskCancellationOrGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                for await arrival in arrivals { group.addTask { await serve(arrival) } }
            }
        } onCancelOrGracefulShutdown: {
            quiescing.initiateShutdown(promise: ended)
        }
    }

    private func serve(_ arrival: Arrival) async {
        await sessionHandler(arrival.identity, arrival.inputs, arrival.connection)
        arrival.connection.close(code: 1000, reason: "")
        // No socket outlives its task; the handler's own deadline bounds this wait.
        try? await arrival.closed.get()
    }

    /// Builds the pipeline of a new connection, on its event loop.
    func prepare(_ channel: any Channel, _ arrivals: BoundedQueue<Arrival>) throws {
        let pipeline = channel.pipeline.syncOperations
        let arrival = ArrivalHandler(gate: gate, logger: logger)
        let bound = NIOLoopBound(arrival, eventLoop: channel.eventLoop)
        let upgrader = NIOWebSocketServerUpgrader(
            maxFrameSize: gate.configuration.maximumMessageBytes, automaticErrorHandling: false,
            // The arrival handler let it pass, so it may.
            shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture(HTTPHeaders()) },
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture { try open(channel, bound.value, arrivals) }
            })
        try pipeline.configureHTTPServerPipeline(
            withPipeliningAssistance: false,
            withServerUpgrade: (
                upgraders: [upgrader],
                completionHandler: { context in context.pipeline.syncOperations.removeHandler(bound.value, promise: nil)
                }
            ), withErrorHandling: false, withOutboundHeaderValidation: false)
        let upgrade = try pipeline.handler(type: HTTPServerUpgradeHandler.self)
        try pipeline.addHandler(arrival, position: .before(upgrade))
    }

    /// Behind the upgrade: a session takes over.
    private func open(_ channel: any Channel, _ arrival: ArrivalHandler, _ arrivals: BoundedQueue<Arrival>) throws {
        guard let identity = arrival.identity else { throw ChannelError.inappropriateOperationForState }
        let (connection, inputs) = try DevicePipeline.open(
            channel, configuration: gate.configuration, device: identity.deviceID, logger: logger)
        let taken = arrivals.offer(
            Arrival(identity: identity, connection: connection, inputs: inputs, closed: channel.closeFuture))
        guard !taken else { return }
        logger.notice(
            "A device was refused",
            metadata: [
                "device": "\(identity.deviceID)", "peer": "\(identity.remoteAddress)",
                "code": "\(RefusalReason.tooManyArrivals.rawValue)",
            ])
        gate.onRefusal(.tooManyArrivals)
        connection.close(code: 1013, reason: "too many devices at once; try again")
    }
}
