import NIOCore
import VoiceTesting

/// One device of a fleet: a WebSocket client as light as can be, driven by the ticks of its event loop.
///
/// Confined to its event loop, so it needs no lock; `FleetTally` belongs to the same loop.
final class FleetDevice: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private enum Phase {
        case upgrading, greeting, idle
        /// Speaking, at this frame.
        case speaking(Int)
        /// The sentence is over; the answer's first frame has not come.
        case waiting(since: NIODeadline)
        case hearing
        /// Speaking into the answer, at this frame, since then.
        case interrupting(Int, since: NIODeadline)
        /// Until then.
        case thinking(NIODeadline)
        case gone
    }

    private let id: Int
    private let mode: FleetMode
    private let sound: FleetSound
    private let tally: FleetTally
    private var phase = Phase.upgrading
    private var context: ChannelHandlerContext?
    private var received = ByteBuffer()
    private var noisePosition: Int
    private var lastAudio: NIODeadline?
    private var connectedAt = NIODeadline.now()
    private let talks: Bool
    private let isSlow: Bool
    /// What the others' figures are kept in; a device that cannot be answered keeps its own.
    private let turnTally: FleetTally
    /// Frames of the answer so far.
    private var answerFrames = 0
    private var interruptsNext = true

    /// Among devices that only stream so many talk.
    private static let talkers = 10
    /// Frames of an answer until it is interrupted: half a second.
    private static let framesUntilInterruption = 8

    /// In ms: listening, answer and thinking take about so long. The first turns are spread over it, so that they are no
    /// chorus.
    static let round = 8000

    /// A turn without an answer for so long is an error.
    private static let patience = TimeAmount.seconds(15)

    init(id: Int, mode: FleetMode, sound: FleetSound, tally: FleetTally) {
        self.id = id
        self.mode = mode
        self.sound = sound
        self.tally = tally
        noisePosition = id % max(1, sound.noise.count)
        talks =
            switch mode {
            case .idle, .storm: false
            case .silence, .noise: id < Self.talkers
            case .talk, .bargeIn, .slowReader, .stalledProvider: true
            }
        isSlow = mode == .slowReader && Self.isApart(id)
        turnTally = mode == .stalledProvider && Self.isApart(id) ? FleetTally() : tally
    }

    /// One in ten is different in the modes that have such devices; the server asks too.
    static func isApart(_ id: Int) -> Bool { id.isMultiple(of: 10) }

    func channelActive(context: ChannelHandlerContext) {
        self.context = context
        let hex = String(id, radix: 16)
        let mac = String(repeating: "0", count: 12 - hex.count) + hex
        let head =
            "GET /xiaozhi/v1/ HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\nDevice-Id: \(mac)\r\nClient-Id: fleet\r\n\r\n"
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: head)), promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if case .gone = phase {} else { tally.lost += 1 }
        phase = .gone
        self.context = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func leave() {
        phase = .gone
        context?.close(promise: nil)
    }

    // MARK: - Once per 60 ms

    func tick(at now: NIODeadline) {
        switch phase {
        case .upgrading, .greeting, .gone: break
        case .idle:
            guard !talks else {
                phase = .thinking(now + .milliseconds(Int64(id * 7919 % Self.round)))
                return
            }
            switch mode {
            case .silence: send(sound.silence)
            case .noise:
                send(sound.noise[noisePosition])
                noisePosition = (noisePosition + 1) % sound.noise.count
            default: break
            }
        case .speaking(let position):
            send(sound.speech[position])
            if position + 1 < sound.speech.count {
                phase = .speaking(position + 1)
            } else if isSlow {
                // It hears nothing, so it does not wait for an answer.
                beginThinking(now)
            } else {
                phase = .waiting(since: now)
            }
        case .waiting(let start):
            send(sound.silence)
            if now - start > Self.patience {
                turnTally.unanswered += 1
                beginThinking(now)
            }
        case .interrupting(let position, let start):
            send(sound.speech[position])
            if position + 1 < sound.speech.count {
                phase = .interrupting(position + 1, since: start)
            } else {
                // The answer was over before it could be interrupted.
                phase = .waiting(since: now)
            }
        case .hearing:
            if mode == .bargeIn { send(sound.silence) }
            if let lastAudio, now - lastAudio > Self.patience {
                turnTally.unanswered += 1
                beginThinking(now)
            }
        case .thinking(let end):
            send(sound.silence)
            if now >= end {
                send(mode == .bargeIn ? sound.listenRealtime : sound.listen)
                phase = .speaking(0)
            }
        }
    }

    private func beginThinking(_ now: NIODeadline) {
        lastAudio = nil
        phase = .thinking(now + .milliseconds(Int64(2000 + (id &* 7919 &+ tally.turns &* 31) % 2000)))
    }

    private func send(_ frame: ByteBuffer) { context?.writeAndFlush(wrapOutboundOut(frame), promise: nil) }

    // MARK: - What the server says

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if received.readableBytes == 0 { received = bytes } else { received.writeBuffer(&bytes) }
        if case .upgrading = phase, !upgrade(context) { return }
        while let (opcode, payload) = nextFrame() { receive(opcode, payload, context) }
        if received.readableBytes == 0 { received = ByteBuffer() }
    }

    /// - Returns: whether the head of the answer is complete and a good one.
    private func upgrade(_ context: ChannelHandlerContext) -> Bool {
        let view = received.readableBytesView
        guard let end = view.firstRange(of: Array("\r\n\r\n".utf8)) else { return false }
        let head = String(decoding: view[..<end.lowerBound], as: UTF8.self)
        received.moveReaderIndex(forwardBy: end.upperBound - view.startIndex)
        guard head.hasPrefix("HTTP/1.1 101") else {
            tally.refused += 1
            leave()
            return false
        }
        phase = .greeting
        send(sound.hello)
        return true
    }

    private func nextFrame() -> (UInt8, ByteBuffer)? {
        let start = received.readerIndex
        guard let opcode: UInt8 = received.readInteger(), let size: UInt8 = received.readInteger() else {
            received.moveReaderIndex(to: start)
            return nil
        }
        var length = Int(size & 0x7F)
        if length == 126 {
            guard let long: UInt16 = received.readInteger() else {
                received.moveReaderIndex(to: start)
                return nil
            }
            length = Int(long)
        }
        guard let payload = received.readSlice(length: length) else {
            received.moveReaderIndex(to: start)
            return nil
        }
        return (opcode & 0x0F, payload)
    }

    private func receive(_ opcode: UInt8, _ payload: ByteBuffer, _ context: ChannelHandlerContext) {
        let now = NIODeadline.now()
        switch opcode {
        case 0x2: hearAudio(now)
        case 0x1: read(payload, now, context)
        case 0x8: context.close(promise: nil)
        case 0x9: send(ByteBuffer(bytes: UplinkFrames.frame(opcode: 0x8A, Array(payload.readableBytesView))))
        default: break
        }
    }

    private func hearAudio(_ now: NIODeadline) {
        tally.frames += 1
        if case .waiting(let start) = phase {
            turnTally.firstAudio.append(Double((now - start).nanoseconds) / 1e6)
            phase = .hearing
            answerFrames = 0
        } else if let lastAudio {
            turnTally.gaps.append(Float(Double((now - lastAudio).nanoseconds) / 1e6))
        }
        lastAudio = now
        answerFrames += 1
        guard mode == .bargeIn, case .hearing = phase, answerFrames == Self.framesUntilInterruption else { return }
        if interruptsNext { phase = .interrupting(0, since: now) }
        interruptsNext.toggle()
    }

    private func read(_ payload: ByteBuffer, _ now: NIODeadline, _ context: ChannelHandlerContext) {
        let view = payload.readableBytesView
        if case .greeting = phase {
            phase = .idle
            tally.greeted += 1
            tally.greetingTimes.append(Double((now - connectedAt).nanoseconds) / 1e6)
            if mode.talks { send(mode == .bargeIn ? sound.listenRealtime : sound.listen) }
            if isSlow {
                tally.slow += 1
                _ = context.channel.setOption(.autoRead, value: false)
            }
            if mode == .storm { leave() }
            return
        }
        // The messages are the server's own, so looking for the words is enough.
        if view.firstRange(of: Self.stop) != nil, view.firstRange(of: Self.tts) != nil {
            switch phase {
            case .interrupting(let position, let start):
                tally.interruptions.append(Double((now - start).nanoseconds) / 1e6)
                lastAudio = nil
                phase = .speaking(position)
            case .hearing:
                turnTally.turns += 1
                beginThinking(now)
            default: beginThinking(now)
            }
        } else if view.firstRange(of: Self.sentence) != nil {
            // A pause between two sentences is no late frame.
            lastAudio = nil
        }
    }

    private static let stop = Array(#""stop""#.utf8)
    private static let tts = Array(#""tts""#.utf8)
    private static let sentence = Array(#""sentence_start""#.utf8)
}
