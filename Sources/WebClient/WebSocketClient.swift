import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket

/// A WebSocket to a service, open for the length of a closure.
public enum WebSocketClient {
    /// One whole message.
    public enum Message: Sendable, Equatable {
        case text([UInt8])
        case binary([UInt8])
    }

    /// Why there is no connection.
    public enum Failure: Error, Sendable, CustomStringConvertible {
        case badURL(String)
        case unreachable(String)
        /// The server answered with another status than 101.
        case refused(status: Int)

        public var description: String {
            switch self {
            case .badURL(let url): "\(url) is not a WebSocket address"
            case .unreachable(let host): "nothing answers at \(host)"
            case .refused(let status): "the server refused the WebSocket with status \(status)"
            }
        }
    }

    private enum Upgrade: Sendable {
        case open(NIOAsyncChannel<WebSocketFrame, WebSocketFrame>)
        case refused(Int)
    }

    private static let maximumFrame = 1 << 20

    /// Opens a connection, runs `operation`, and closes it with 1000 whatever happens.
    ///
    /// - Parameters:
    ///   - connectTimeout: for TCP, TLS and the upgrade, each.
    /// - Throws: `Failure`, or what `operation` throws.
    public static func withConnection<Result: Sendable>(
        url: String, headers: [(name: String, value: String)] = [], connectTimeout: Duration = .seconds(10),
        operation: @Sendable (WebSocketConnection) async throws -> Result
    ) async throws -> Result {
        guard let address = WebSocketAddress(url) else { throw Failure.badURL(url) }
        let tls = address.isSecure ? try NIOSSLContext(configuration: .makeClientConfiguration()) : nil
        let upgrade: EventLoopFuture<Upgrade>
        do {
            upgrade = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
                .connectTimeout(TimeAmount(connectTimeout))
                .connect(host: address.host, port: address.port) { channel in
                    channel.eventLoop.makeCompletedFuture {
                        if let tls {
                            try channel.pipeline.syncOperations.addHandler(
                                NIOSSLClientHandler(context: tls, serverHostname: address.host))
                        }
                        return try configure(channel, address: address, headers: headers)
                    }
                }
        } catch {
            throw Failure.unreachable("\(address.host):\(address.port)")
        }
        switch try await upgrade.get() {
        case .refused(let status): throw Failure.refused(status: status)
        case .open(let channel):
            return try await channel.executeThenClose { inbound, outbound in
                let connection = WebSocketConnection(
                    inbound: inbound, outbound: outbound, eventLoop: channel.channel.eventLoop)
                do {
                    let result = try await operation(connection)
                    try? await connection.close()
                    return result
                } catch {
                    try? await connection.close()
                    throw error
                }
            }
        }
    }

    private static func configure(
        _ channel: any Channel, address: WebSocketAddress, headers: [(name: String, value: String)]
    ) throws -> EventLoopFuture<Upgrade> {
        let status = UpgradeStatus()
        let upgrader = NIOTypedWebSocketClientUpgrader<Upgrade>(maxFrameSize: maximumFrame) { channel, _ in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(
                    NIOWebSocketFrameAggregator(
                        minNonFinalFragmentSize: 1, maxAccumulatedFrameCount: 256, maxAccumulatedFrameSize: maximumFrame
                    ))
                return .open(try NIOAsyncChannel(wrappingChannelSynchronously: channel))
            }
        }
        var head = HTTPRequestHead(version: .http1_1, method: .GET, uri: address.target)
        head.headers.add(name: "Host", value: "\(address.host):\(address.port)")
        head.headers.add(name: "Content-Length", value: "0")
        for (name, value) in headers { head.headers.add(name: name, value: value) }
        let configuration = NIOUpgradableHTTPClientPipelineConfiguration<Upgrade>(
            upgradeConfiguration: .init(
                upgradeRequestHead: head, upgraders: [upgrader],
                notUpgradingCompletionHandler: { channel in
                    let code = status.code
                    return channel.close().flatMapError { _ in channel.eventLoop.makeSucceededVoidFuture() }
                        .map { .refused(code) }
                }))
        try channel.pipeline.syncOperations.addHandler(status, position: .first)
        return try channel.pipeline.syncOperations.configureUpgradableHTTPClientPipeline(configuration: configuration)
    }
}

/// Reads the status line of the upgrade's answer as it passes; NIO tells only that there was no upgrade.
private final class UpgradeStatus: ChannelInboundHandler, RemovableChannelHandler, @unchecked Sendable {
    // Proof of safety: a channel handler is used on its channel's event loop only, and so is the completion handler
    // that reads `code`.
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer
    private(set) var code = 0
    private var isDone = false

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if !isDone {
            isDone = true
            let line = String(decoding: unwrapInboundIn(data).readableBytesView.prefix(16), as: UTF8.self)
            code = line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        }
        context.fireChannelRead(data)
    }
}
