import Conversation
import Logging
import NIOCore
import NIOWebSocket

/// Turns WebSocket frames into whole messages, answers control frames and ends the connection in time.
///
/// Lives on the channel's event loop, so that closing never waits for a write the device does not read.
/// It also asks every `pingInterval` whether the other side is still there: a half-open socket ends within `pingTimeout`.
final class WebSocketMessageHandler: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias InboundOut = DeviceFrame
    typealias OutboundIn = DeviceFrame
    typealias OutboundOut = WebSocketFrame

    private enum Phase { case open, closing, closed }

    private var phase = Phase.open {
        didSet { if phase != .open { closing.set() } }
    }
    /// Set as soon as no more messages are sent.
    let closing = ClosingFlag()
    private var assembler: MessageAssembler
    private let closeTimeout: TimeAmount
    private let logger: Logger
    private var context: ChannelHandlerContext?
    private var deadline: Scheduled<Void>?
    private var heartbeat: Heartbeat
    private var beat: Scheduled<Void>?

    init(maximumMessageBytes: Int, closeTimeout: Duration, heartbeat: Heartbeat, logger: Logger) {
        assembler = MessageAssembler(limit: maximumMessageBytes)
        self.closeTimeout = TimeAmount(closeTimeout)
        self.heartbeat = heartbeat
        self.logger = logger
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        scheduleBeat(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        phase = .closed
        beat?.cancel()
        deadline?.cancel()
        self.context = nil
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        heartbeat.heard(at: .now())
        guard phase == .open else {
            if phase == .closing, frame.opcode == .connectionClose { drop(context) }
            return
        }
        switch assembler.receive(frame) {
        case .none: break
        case .deliver(let message): context.fireChannelRead(wrapInboundOut(message))
        case .pong(let body):
            // Who does not read gets no pongs: they would pile up outside of every queue.
            if context.channel.isWritable { write(.pong, body, context) }
        case .closed(let code):
            // Ours is the second Close frame, so TCP can go as soon as it is out.
            finishInbound(context)
            let sent = writeClose(code == 1005 ? nil : code, "", context)
            sent.assumeIsolated().whenComplete { _ in self.drop(context) }
            startDeadline(context)
        case .fail(let code, let reason): fail(code, reason, context)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        context.fireChannelReadComplete()
        // The session no longer asks for frames, but the Close reply is still to come.
        if phase == .closing { context.read() }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard phase == .open else {
            promise?.fail(ChannelError.ioOnClosedChannel)
            return
        }
        let (opcode, bytes): (WebSocketOpcode, [UInt8]) =
            switch unwrapOutboundIn(data) {
            case .text(let bytes): (.text, bytes)
            case .binary(let bytes): (.binary, bytes)
            }
        let frame = WebSocketFrame(fin: true, opcode: opcode, data: context.channel.allocator.buffer(bytes: bytes))
        context.write(wrapOutboundOut(frame), promise: promise)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case ChannelEvent.inputClosed:
            // The firmware hangs up by dropping TCP: nothing more will be read (statement 12).
            drop(context)
        case is ChannelShouldQuiesceEvent:
            close(code: 1001, reason: "the server is going away")
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let error = error as? NIOWebSocketError else {
            logger.debug("The connection broke", metadata: ["error": "\(error)"])
            drop(context)
            return
        }
        switch error {
        case .invalidFrameLength: fail(1009, "a frame has at most \(assembler.limit) bytes", context)
        case .fragmentedControlFrame: fail(1002, "control frames are not fragmented", context)
        case .multiByteControlFrameLength: fail(1002, "control frames have at most 125 bytes", context)
        }
    }

    /// Sends Close, ends the incoming frames, and drops TCP at the answer or the deadline. On the event loop only.
    func close(code: UInt16, reason: String) {
        guard phase == .open, let context else { return }
        finishInbound(context)
        _ = writeClose(code, reason, context)
        startDeadline(context)
        context.read()
    }

    private func scheduleBeat(_ context: ChannelHandlerContext) {
        beat = context.eventLoop.assumeIsolated().scheduleTask(in: heartbeat.interval) {
            guard self.phase == .open else { return }
            switch self.heartbeat.beat(at: .now()) {
            case .ping:
                self.write(.ping, ByteBuffer(), context)
                self.scheduleBeat(context)
            case .gone(let silence):
                self.logger.notice(
                    "A device is gone: closing its socket",
                    metadata: ["reason": "no pong and no data for \(silence.nanoseconds / 1_000_000) ms"])
                self.close(code: 1001, reason: "no pong")
            }
        }
    }

    private func fail(_ code: UInt16, _ reason: String, _ context: ChannelHandlerContext) {
        guard phase == .open else { return }
        logger.notice("A device broke the WebSocket rules", metadata: ["code": "\(code)", "reason": "\(reason)"])
        close(code: code, reason: reason)
    }

    /// Ends the session's sequence of frames now, not when TCP is gone.
    private func finishInbound(_ context: ChannelHandlerContext) {
        phase = .closing
        context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
    }

    private func startDeadline(_ context: ChannelHandlerContext) {
        guard phase == .closing else { return }
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: closeTimeout) { self.drop(context) }
    }

    private func drop(_ context: ChannelHandlerContext) {
        guard phase != .closed else { return }
        phase = .closed
        deadline?.cancel()
        context.fireUserInboundEventTriggered(ChannelEvent.inputClosed)
        context.close(promise: nil)
    }

    private func writeClose(_ code: UInt16?, _ reason: String, _ context: ChannelHandlerContext)
        -> EventLoopFuture<Void>
    {
        var body = context.channel.allocator.buffer(capacity: 2 + reason.utf8.count)
        if let code {
            body.writeInteger(code)
            // A control frame holds 125 bytes, and a reason is whole UTF-8.
            var reason = reason
            while reason.utf8.count > 123 { reason.removeLast() }
            body.writeString(reason)
        }
        return write(.connectionClose, body, context)
    }

    @discardableResult
    private func write(_ opcode: WebSocketOpcode, _ body: ByteBuffer, _ context: ChannelHandlerContext)
        -> EventLoopFuture<Void>
    {
        let promise = context.eventLoop.makePromise(of: Void.self)
        let frame = WebSocketFrame(fin: true, opcode: opcode, data: body)
        context.writeAndFlush(wrapOutboundOut(frame), promise: promise)
        return promise.futureResult
    }
}
