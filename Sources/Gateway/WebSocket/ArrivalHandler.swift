import Conversation
import JSON
import Logging
import NIOCore
import NIOHTTP1

/// Judges a connection's first request before it can become a WebSocket, and drops a connection that asks for nothing.
///
/// It stands in front of NIO's upgrade handler and answers refusals itself, because that handler forgets the head of a
/// request it does not upgrade after all.
final class ArrivalHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let gate: GatewayGate
    private let logger: Logger
    private var deadline: Scheduled<Void>?
    private var isAnswered = false
    private var hasJudged = false
    /// For whoever opens the port in a browser.
    private static let welcome = "Yuyan is running. This is its WebSocket port for xiaozhi devices, not a web page.\n"
    /// The admitted device; nil for a plain request.
    private(set) var identity: DeviceIdentity?

    init(gate: GatewayGate, logger: Logger) {
        self.gate = gate
        self.logger = logger
    }

    func handlerAdded(context: ChannelHandlerContext) {
        deadline = context.eventLoop.assumeIsolated().scheduleTask(
            in: TimeAmount(gate.configuration.handshakeTimeout)
        ) { context.close(promise: nil) }
    }

    func handlerRemoved(context: ChannelHandlerContext) { deadline?.cancel() }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if event is ChannelShouldQuiesceEvent { context.close(promise: nil) }
        context.fireUserInboundEventTriggered(event)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isAnswered else { return }
        // Behind an upgrade come bare bytes, so nothing after the head may be unwrapped.
        guard !hasJudged, case .head(let head) = unwrapInboundIn(data) else {
            context.fireChannelRead(data)
            return
        }
        hasJudged = true
        let request = ArrivalRequest(head)
        guard request.wantsWebSocket else {
            // Another protocol is politely ignored (RFC 9110 7.8).
            answer(200, "text/plain; charset=utf-8", Array(Self.welcome.utf8), onlyHead: head.method == .HEAD, context)
            return
        }
        let peer = context.channel.remoteAddress?.ipAddress ?? ""
        do throws(Admission.Refusal) {
            let identity = try gate.admit(head, peer: peer)
            self.identity = identity
            let door = gate.door
            context.channel.closeFuture.whenComplete { _ in door.leave(identity.remoteAddress) }
            context.fireChannelRead(data)
        } catch {
            var metadata: Logger.Metadata = [
                "device": "\(Admission.loggable(request["device-id"]))", "peer": "\(peer)",
                "code": "\(error.code.rawValue)",
            ]
            if error.code == .foreignOrigin { metadata["origin"] = "\(Admission.loggable(request.header("origin")))" }
            logger.notice("A device was refused", metadata: metadata)
            refuse(error, context)
        }
    }

    /// Bytes that are no HTTP, or a head longer than NIO's parser takes (80 KB): answered and closed at once.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard !isAnswered, !hasJudged, error is HTTPParserError else {
            context.fireErrorCaught(error)
            return
        }
        let isTooLong = (error as? HTTPParserError) == .headerOverflow
        refuse(
            Admission.Refusal(
                status: isTooLong ? 431 : 400, code: isTooLong ? .headTooLong : .badRequest,
                message: isTooLong ? "the request head is too long" : "this is no HTTP request"), context)
    }

    private func refuse(_ refusal: Admission.Refusal, _ context: ChannelHandlerContext) {
        gate.onRefusal(refusal.code)
        answer(refusal.status, "application/json", refusal.json.bytes, retryAfter: refusal.retryAfter, context)
    }

    /// Answers and closes: here is nothing else to be had.
    private func answer(
        _ status: Int, _ type: String, _ body: [UInt8], onlyHead: Bool = false, retryAfter: Int? = nil,
        _ context: ChannelHandlerContext
    ) {
        isAnswered = true
        var headers = HTTPHeaders([
            ("content-type", type), ("content-length", String(body.count)), ("connection", "close"),
            ("server", "yuyan"),
        ])
        if let retryAfter { headers.add(name: "retry-after", value: String(retryAfter)) }
        let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status), headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !onlyHead {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
        }
        let sent = context.eventLoop.makePromise(of: Void.self)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: sent)
        sent.futureResult.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
    }
}
