import ArgumentParser
import Conversation
import Flow
import FoundationEssentials
import Gateway
import Inference
import JSON
import Logging
import ServiceLifecycle
import Synchronization
import UnixSignals
import VoiceAPI

/// `yuyan fleet-server`: the server that `yuyan fleet` measures, in a process of its own so that its CPU and memory are
/// its own. It has stub providers, no tokens and no database.
struct FleetServerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fleet-server", abstract: "The server with stub providers that `fleet` measures.",
        shouldDisplay: false)

    @Option(name: .long, help: "Threads that run the voice detector.")
    var detectorThreads = 1

    /// Turns that are remembered for the figures at the end.
    private static let mostTurns = 100_000

    func run() async throws {
        guard let model = ModelFiles.find("silero_vad.onnx") else {
            throw ProviderError(
                .unavailable, provider: "SileroVAD", message: "silero_vad.onnx is not here; run dev/setup")
        }
        let detector = try SileroVAD(modelPath: model, engineThreads: detectorThreads)
        defer { detector.shutdown() }
        FileLimit.raise()
        let stubs = StubProviders()
        let added = Mutex<[Double]>([])
        let providers = Providers(
            detector: detector, recognizer: stubs.recognizer, model: stubs.model, voice: stubs.voice,
            speakingLoad: SpeakingLoad(cores: ProcessInfo.processInfo.activeProcessorCount),
            speechCache: SpeechCache())
        var settings = SessionSettings()
        settings.endpointing.minimumSilence = TurnBench.silence
        settings.idleLimit = .seconds(3600)
        let live = LiveConversing(settings: settings, providers: providers)
        var configuration = GatewayConfiguration()
        configuration.host = "127.0.0.1"
        configuration.webSocketPort = 0
        configuration.httpPort = 0
        configuration.limits.connections = 100_000
        configuration.limits.newPerSecond = 100_000
        var logger = Logger(label: "fleet") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .error
        let directory = SessionDirectory()
        let clock = SessionClock.ticking()
        let gateway = GatewayServer(
            configuration: configuration, authenticator: DeviceAuthenticator(key: "fleet"), logger: logger,
            onRunning: { Terminal.say("port \($0.webSocket)") },
            sessionHandler: { [logger] identity, inputs, connection in
                let session = Session(
                    id: identity.deviceID, identity: identity, connection: connection, live: live,
                    clock: clock, logger: logger,
                    observer: { report in
                        guard let time = stubs.serverAdded(report) else { return }
                        added.withLock { if $0.count < Self.mostTurns { $0.append(time / .milliseconds(1)) } }
                    })
                await directory.serve(session, inputs)
            })
        let group = ServiceGroup(
            configuration: .init(services: [gateway], gracefulShutdownSignals: [.sigterm], logger: logger))
        try await group.run()
        let word: JSON = ["server_added_ms": .array(added.withLock { $0 }.map { .number(($0 * 100).rounded() / 100) })]
        Terminal.say(word.description)
    }
}
