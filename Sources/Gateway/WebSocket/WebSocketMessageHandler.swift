import Conversation
import Logging
import NIOCore
import NIOWebSocket

/// The end of a device's pipeline: turns WebSocket frames into what its session reads, answers control frames, sends the
/// session's frames as fast as the device takes them, and ends the connection in time.
///
/// Lives on the channel's event loop, so that closing never waits for a write the device does not read.
/// It also asks every `pingInterval` whether the other side is still there: a half-open socket ends within `pingTimeout`.
final class WebSocketMessageHandler: ChannelDuplexHandler {
    typealias InboundIn = WebSocketFrame
    typealias InboundOut = Never
    typealias OutboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private enum Phase { case open, closing, closed }

    private var phase = Phase.open {
        didSet { if phase != .open { outgoing.end() } }
    }
    let outgoing = OutgoingFrames()
    /// Frames that the socket does not take yet.
    private var waiting: [DeviceFrame] = []
    private var assembler: MessageAssembler
    private var messages: TokenBucket
    private let closeTimeout: TimeAmount
    private let logger: Logger
    private let device: String
    private var context: ChannelHandlerContext?
    private var source: SessionInputSequence.Producer.Source?
    /// The session has much to do: the device is not read meanwhile.
    private var isPaused = false
    private var wantsRead = false
    private var deadline: Scheduled<Void>?
    private var alarm: Scheduled<Void>?
    private var heartbeat: Heartbeat
    private var beat: Scheduled<Void>?

    init(
        maximumMessageBytes: Int, messages: TokenBucket, closeTimeout: Duration, heartbeat: Heartbeat, device: String,
        logger: Logger
    ) {
        assembler = MessageAssembler(limit: maximumMessageBytes)
        self.messages = messages
        self.closeTimeout = TimeAmount(closeTimeout)
        self.heartbeat = heartbeat
        self.device = device
        self.logger = logger
    }

    /// The two ends a session gets. Called once, on the event loop, before the first frame.
    func open(_ eventLoop: any EventLoop) -> (connection: WebSocketDeviceConnection, inputs: SessionInputSequence) {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        let made = SessionInputSequence.Producer.makeSequence(
            elementType: SessionInputSequence.Queued.self, failureType: (any Error).self,
            backPressureStrategy: .init(lowWatermark: 4, highWatermark: 32), finishOnDeinit: false,
            delegate: ReadGate(handler: bound))
        source = made.source
        return (
            WebSocketDeviceConnection(handler: bound, source: made.source, outgoing: outgoing),
            SessionInputSequence(made.sequence)
        )
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        scheduleBeat(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        phase = .closed
        beat?.cancel()
        deadline?.cancel()
        alarm?.cancel()
        source?.finish()
        source = nil
        self.context = nil
    }

    // MARK: - From the device

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        let now = NIODeadline.now()
        heartbeat.heard(at: now)
        guard phase == .open else {
            if phase == .closing, frame.opcode == .connectionClose { drop(context) }
            return
        }
        guard messages.take(at: now.milliseconds) else { return fail(1008, "too many messages") }
        switch assembler.receive(frame) {
        case .none: break
        case .deliver(let message):
            if source?.yield(.init(input: .frame(message))) == .stopProducing { isPaused = true }
        case .pong(let body):
            // Who does not read gets no pongs: they would pile up outside of every queue.
            if context.channel.isWritable { write(.pong, body, context) }
        case .closed(let code):
            // Ours is the second Close frame, so TCP can go as soon as it is out.
            finishInbound()
            let sent = writeClose(code == 1005 ? nil : code, "", context)
            sent.assumeIsolated().whenComplete { _ in self.drop(context) }
            startDeadline(context)
        case .fail(let code, let reason): fail(code, reason)
        }
    }

    func read(context: ChannelHandlerContext) {
        // While closing, the other side's Close frame is awaited.
        if isPaused, phase == .open { wantsRead = true } else { context.read() }
    }

    /// The session has caught up.
    func resumeReading() {
        isPaused = false
        guard wantsRead else { return }
        wantsRead = false
        context?.read()
    }

    // MARK: - To the device

    func send(_ frame: DeviceFrame) {
        guard phase == .open, let context else { return outgoing.leave() }
        waiting.append(frame)
        writeWhatFits(context)
    }

    func dropAudio() {
        let before = waiting.count
        waiting.removeAll { if case .binary = $0 { true } else { false } }
        outgoing.leave(before - waiting.count)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        writeWhatFits(context)
        context.fireChannelWritabilityChanged()
    }

    private func writeWhatFits(_ context: ChannelHandlerContext) {
        var count = 0
        while count < waiting.count, context.channel.isWritable {
            write(waiting[count], context)
            count += 1
        }
        guard count > 0 else { return }
        waiting.removeFirst(count)
        outgoing.leave(count)
        context.flush()
    }

    private func write(_ frame: DeviceFrame, _ context: ChannelHandlerContext) {
        let (opcode, bytes): (WebSocketOpcode, [UInt8]) =
            switch frame {
            case .text(let bytes): (.text, bytes)
            case .binary(let bytes): (.binary, bytes)
            }
        let buffer = context.channel.allocator.buffer(bytes: bytes)
        context.write(wrapOutboundOut(WebSocketFrame(fin: true, opcode: opcode, data: buffer)), promise: nil)
    }

    /// Wakes the session after a while; only the last alarm counts.
    func setAlarm(after delay: TimeAmount, _ work: @escaping @Sendable () async -> Void) {
        guard phase == .open, let context, let source else { return }
        alarm?.cancel()
        alarm = context.eventLoop.scheduleTask(in: delay) { _ = source.yield(.init(input: .work(work))) }
    }

    // MARK: - The end

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
            logger.debug("The connection broke", metadata: ["device": "\(device)", "error": "\(error)"])
            drop(context)
            return
        }
        switch error {
        case .invalidFrameLength: fail(1009, "a frame has at most \(assembler.limit) bytes")
        case .fragmentedControlFrame: fail(1002, "control frames are not fragmented")
        case .multiByteControlFrameLength: fail(1002, "control frames have at most 125 bytes")
        }
    }

    /// Sends what waits and a Close frame, ends the inputs, and drops TCP at the answer or the deadline.
    func close(code: UInt16, reason: String) {
        guard phase == .open, let context else { return }
        for frame in waiting { write(frame, context) }
        finishInbound()
        _ = writeClose(code, reason, context)
        startDeadline(context)
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
                    metadata: [
                        "device": "\(self.device)",
                        "reason": "no pong and no data for \(silence.nanoseconds / 1_000_000) ms",
                    ])
                self.close(code: 1001, reason: "no pong")
            }
        }
    }

    private func fail(_ code: UInt16, _ reason: String) {
        guard phase == .open else { return }
        logger.notice(
            "A device broke the WebSocket rules",
            metadata: ["device": "\(device)", "code": "\(code)", "reason": "\(reason)"])
        close(code: code, reason: reason)
    }

    /// Ends what the session reads now, not when TCP is gone.
    private func finishInbound() {
        phase = .closing
        outgoing.leave(waiting.count)
        waiting = []
        alarm?.cancel()
        source?.finish()
        resumeReading()
    }

    private func startDeadline(_ context: ChannelHandlerContext) {
        guard phase == .closing else { return }
        deadline = context.eventLoop.assumeIsolated().scheduleTask(in: closeTimeout) { self.drop(context) }
    }

    private func drop(_ context: ChannelHandlerContext) {
        guard phase != .closed else { return }
        phase = .closed
        deadline?.cancel()
        source?.finish()
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

extension NIODeadline {
    /// Of the machine's uptime.
    var milliseconds: Int64 { Int64(uptimeNanoseconds / 1_000_000) }
}
