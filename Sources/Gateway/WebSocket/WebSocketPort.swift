import Conversation
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1
import NIOHTTPTypes
import NIOHTTPTypesHTTP1
import NIOWebSocket

/// One accepted connection of the WebSocket port: an HTTP/1.1 request that becomes a session or gets a plain answer.
struct WebSocketPort: HTTPChannelHandler {
    /// A device's socket after the upgrade.
    struct Connection: Sendable {
        let channel: NIOAsyncChannel<DeviceFrame, DeviceFrame>
        let closing: ClosingFlag
        let closer: NIOLoopBound<WebSocketMessageHandler>
        let identity: DeviceIdentity
    }

    enum Outcome: Sendable {
        case webSocket(Connection)
        case http(NIOAsyncChannel<HTTPRequestPart, HTTPResponsePart>)
    }

    struct Value: ServerChildChannelValue {
        let outcome: EventLoopFuture<Outcome>
        let channel: any Channel
    }

    let responder: HTTPChannelHandler.Responder
    let gate: GatewayGate
    let sessionHandler: DeviceSessionHandler

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            let arrival = ArrivalHandler(gate: gate, logger: logger)
            let bound = NIOLoopBound(arrival, eventLoop: channel.eventLoop)
            var pipelineConfiguration = NIOUpgradableHTTPServerPipelineConfiguration<Outcome>(
                upgradeConfiguration: .init(
                    upgraders: [upgrader(arrival: bound, logger: logger)],
                    notUpgradingCompletionHandler: { channel in plain(channel, logger: logger) }))
            pipelineConfiguration.enablePipelining = false
            pipelineConfiguration.enableErrorHandling = false
            pipelineConfiguration.enableResponseHeaderValidation = false
            let outcome = try pipeline.configureUpgradableHTTPServerPipeline(configuration: pipelineConfiguration)
            let upgrade = try pipeline.handler(type: NIOTypedHTTPServerUpgradeHandler<Outcome>.self)
            try pipeline.addHandler(arrival, position: .before(upgrade))
            outcome.assumeIsolated().whenComplete { _ in pipeline.removeHandler(arrival, promise: nil) }
            return Value(outcome: outcome, channel: channel)
        }
    }

    func handle(value: Value, logger: Logger) async {
        do {
            switch try await value.outcome.get() {
            case .http(let http): await handleHTTP(asyncChannel: http, logger: logger)
            case .webSocket(let connection): try await serve(connection)
            }
        } catch {
            logger.debug("A connection ended early", metadata: ["error": "\(error)"])
        }
        // Whatever failed, no socket outlives its task.
        value.channel.close(promise: nil)
    }

    private func serve(_ connection: Connection) async throws {
        try await connection.channel.executeThenClose { inbound, outbound in
            let device = WebSocketDeviceConnection(
                outbound: outbound, channel: connection.channel.channel, closing: connection.closing,
                closer: connection.closer)
            await sessionHandler(connection.identity, DeviceFrameSequence(inbound), device)
            await device.close(code: 1000, reason: "")
        }
    }

    private func upgrader(arrival: NIOLoopBound<ArrivalHandler>, logger: Logger)
        -> NIOTypedWebSocketServerUpgrader<Outcome>
    {
        let configuration = gate.configuration
        return NIOTypedWebSocketServerUpgrader<Outcome>(
            maxFrameSize: configuration.maximumMessageBytes,
            enableAutomaticErrorHandling: false,
            // The arrival handler let it pass, so it may.
            shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture(HTTPHeaders()) },
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    guard let identity = arrival.value.identity else {
                        throw ChannelError.inappropriateOperationForState
                    }
                    var logger = logger
                    logger[metadataKey: "device"] = "\(identity.deviceID)"
                    let handler = WebSocketMessageHandler(
                        maximumMessageBytes: configuration.maximumMessageBytes,
                        closeTimeout: configuration.closeTimeout,
                        heartbeat: Heartbeat(
                            interval: TimeAmount(configuration.pingInterval),
                            timeout: TimeAmount(configuration.pingTimeout), now: .now()),
                        logger: logger)
                    try channel.pipeline.syncOperations.addHandler(handler)
                    return .webSocket(
                        Connection(
                            channel: try NIOAsyncChannel(wrappingChannelSynchronously: channel),
                            closing: handler.closing, closer: NIOLoopBound(handler, eventLoop: channel.eventLoop),
                            identity: identity))
                }
            })
    }

    private func plain(_ channel: any Channel, logger: Logger) -> EventLoopFuture<Outcome> {
        channel.eventLoop.makeCompletedFuture {
            let pipeline = channel.pipeline.syncOperations
            try pipeline.addHandler(HTTP1ToHTTPServerCodec(secure: false))
            try pipeline.addHandler(HTTPConnectionStateHandler(idleTimeout: .seconds(30), logger: logger))
            return .http(
                try NIOAsyncChannel(
                    wrappingChannelSynchronously: channel,
                    configuration: .init(isOutboundHalfClosureEnabled: true)))
        }
    }
}
