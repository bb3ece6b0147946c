import Conversation
import Flow
import Gateway
import Logging
import NIOCore
import NIOEmbedded
import NIOWebSocket
import VoiceAPI
import VoiceTesting

/// One device's whole way through the server, from the bytes of its WebSocket frames to those of the answer, on one thread
/// and in simulated time: the same instructions in every run. Only the socket and the detector's network are missing.
struct HotPathWorld {
    private let frames: Int
    private let simulation = Simulation()
    private let channel = EmbeddedChannel()

    private static let frame = UplinkFrames.milliseconds

    init(frames: Int) { self.frames = frames }

    /// - Throws: when the pipeline refuses a frame, or no answer came back.
    func run(_ stage: HotPathStage) throws {
        try open()
        try up(UplinkFrames.hello)
        try up(UplinkFrames.listen(stage == .speech ? "realtime" : "auto"))
        switch stage {
        case .silence: for _ in 0..<frames { try up(UplinkFrames.silence) }
        case .noise: try stream(UplinkFrames.noise())
        case .speech:
            try stream(UplinkFrames.encode(TestSound.buzz(.seconds(1), sampleRate: VoiceActivity.sampleRate)))
        case .answer: try answer()
        case .detector: break
        }
        simulation.stop()
    }

    private func open() throws {
        try channel.pipeline.syncOperations.addHandlers([
            ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: 1 << 20)), WebSocketFrameEncoder(),
        ])
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
        let logger = Logger(label: "hot-path") { _ in SwiftLogNoOpLogHandler() }
        let (connection, inputs) = try DevicePipeline.open(
            channel, configuration: GatewayConfiguration(), device: "02:00:00:00:00:01", logger: logger)
        let clock = simulation.clock
        var settings = SessionSettings()
        // The sentence without end must not end by itself.
        settings.maximumUtterance = .seconds(1_000_000)
        let session = Session(
            id: "hot-path", identity: DeviceIdentity(deviceID: "02:00:00:00:00:01"), connection: connection,
            live: LiveConversing(
                settings: settings,
                providers: Providers(
                    detector: FakeDetector(), recognizer: FakeRecognizer([.hear("go on")], clock: clock),
                    model: FakeModel([[.say("Well.")]], clock: clock),
                    voice: LongVoice(length: .milliseconds(Self.frame * frames)))),
            clock: SessionClock(clock), logger: logger)
        simulation.start { await session.serve(inputs) }
        simulation.settle()
    }

    private func stream(_ sound: [[UInt8]]) throws {
        for index in 0..<frames { try up(sound[index % sound.count]) }
    }

    /// One frame from the device, and the 60 ms to the next.
    private func up(_ frame: [UInt8]) throws {
        try channel.writeInbound(ByteBuffer(bytes: frame))
        pass()
    }

    private func pass() {
        simulation.settle()
        channel.embeddedEventLoop.advanceTime(by: .milliseconds(Int64(Self.frame)))
        simulation.advance(by: .milliseconds(Self.frame))
        channel.embeddedEventLoop.run()
        simulation.settle()
    }

    private func answer() throws {
        try up(UplinkFrames.detect("go on"))
        var sent = 0
        // Some frames of patience for the turn's beginning and its end.
        for _ in 0..<frames + 50 {
            pass()
            while let bytes = try channel.readOutbound(as: IOData.self) { sent += bytes.readableBytes > 4 ? 1 : 0 }
        }
        guard sent >= frames else { throw NoAnswer(frames: sent) }
    }

    /// The world is not what it should be, and figures from it would mean nothing.
    struct NoAnswer: Error, CustomStringConvertible {
        let frames: Int
        var description: String { "only \(frames) frames came back" }
    }
}

/// Speaks as long as it was told, at the rate of espeak-ng.
private struct LongVoice: SpeechSynthesizer {
    let name = "LongVoice"
    let length: Duration

    func synthesize(_ sentence: String, voice: Voice, emit: (AudioFrame) async -> Void) async throws(ProviderError) {
        var rest = length
        while rest > .zero {
            let piece = min(rest, .milliseconds(100))
            await emit(TestSound.buzz(piece, sampleRate: 22_050))
            rest -= piece
        }
    }
}
