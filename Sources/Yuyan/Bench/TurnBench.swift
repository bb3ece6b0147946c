import Flow
import Conversation
import DeviceProtocol
import Gateway
import Inference
import Logging
import ServiceLifecycle
import Synchronization
import VoiceAPI
import VoiceTesting
import WebClient

/// One device in conversation with a whole server whose providers are stubs.
struct TurnBench {
    let turns: Int
    /// Milliseconds of silence that end an utterance.
    static let silence = 200
    private static let recognition = Duration.milliseconds(50)
    private static let firstToken = Duration.milliseconds(50)
    private static let firstAudio = Duration.milliseconds(30)
    /// Between `tts start` and the first frame (conformance statement 26).
    static let settling = Duration.milliseconds(100)

    /// From the endpoint to the first frame, less what the stubs take and the device's settling.
    static func serverAdded(_ report: TurnReport) -> Duration? {
        guard let end = report.timeline.endpoint, let frame = report.timeline.firstFrame else { return nil }
        return frame - end - recognition - max(settling, firstToken + firstAudio)
    }

    func run() async throws -> [TurnReport] {
        guard let model = ModelFiles.find("silero_vad.onnx") else {
            throw ProviderError(
                .unavailable, provider: "SileroVAD", message: "silero_vad.onnx is not here; run dev/setup")
        }
        let detector = try SileroVAD(modelPath: model)
        defer { detector.shutdown() }
        let clock = ContinuousClock()
        let providers = Providers(
            detector: detector,
            recognizer: FakeRecognizer([.hear("how are you", after: Self.recognition)], clock: clock),
            model: FakeModel([[.wait(Self.firstToken), .say("I am fine, thank you.")]], clock: clock),
            voice: FakeVoice([.speak(.milliseconds(600), after: Self.firstAudio)], clock: clock))
        var settings = SessionSettings()
        settings.endpointing.minimumSilence = Self.silence
        let reports = ReportCollector()
        let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
        var configuration = GatewayConfiguration()
        configuration.host = "127.0.0.1"
        configuration.webSocketPort = 0
        configuration.httpPort = 0
        let (running, announce) = AsyncStream.makeStream(of: GatewayPorts.self, bufferingPolicy: .bufferingNewest(1))
        let live = LiveConversing(settings: settings, providers: providers)
        let gateway = GatewayServer(
            configuration: configuration, authenticator: DeviceAuthenticator(key: "bench"), logger: logger,
            onRunning: { announce.yield($0) },
            sessionHandler: { identity, inputs, connection in
                let session = Session(
                    id: "bench", identity: identity, connection: connection, live: live,
                    clock: SessionClock(clock), logger: logger,
                    observer: { reports.append($0) })
                await session.serve(inputs)
            })
        let group = ServiceGroup(configuration: .init(services: [gateway], logger: logger))
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            var ports = running.makeAsyncIterator()
            guard let bound = await ports.next() else { throw CancellationError() }
            try await converse(port: bound.webSocket)
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        return reports.all
    }

    private func converse(port: Int) async throws {
        let speech = try await Microphone.speak("how are you today")
        let address = DeviceAddress(url: "ws://127.0.0.1:\(port)/", token: "", version: .v1)
        let turns = turns
        try await WebSocketDeviceTransport.withConnection(to: address, deviceID: "02:00:00:00:00:0b") { transport in
            let device = VirtualDevice(transport: transport)
            try await device.connect()
            for turn in 1...max(turns, 1) {
                _ = try await device.say(speech)
                if turn.isMultiple(of: 10) { Terminal.error("bench: \(turn) turns") }
            }
        }
    }
}

/// Keeps what the session reported.
final class ReportCollector: Sendable {
    private let state = Mutex<[TurnReport]>([])
    var all: [TurnReport] { state.withLock { $0 } }
    func append(_ report: TurnReport) { state.withLock { $0.append(report) } }
}
