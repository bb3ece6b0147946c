import ArgumentParser
import Conversation
import Flow
import FoundationEssentials
import Gateway
import Inference
import JSON
import Logging
import ServiceLifecycle
import Settings
import Synchronization
import Telemetry
import UnixSignals
import VoiceAPI
import WebClient

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// `yuyan fleet-server`: the server that `yuyan fleet` measures, in a process of its own so that its CPU and memory are
/// its own. It has stub providers, no tokens and no database.
struct FleetServerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fleet-server", abstract: "The server with stub providers that `fleet` measures.",
        shouldDisplay: false)

    @Option(name: .long, help: "Threads that run the voice detector.")
    var detectorThreads = 1
    @Flag(name: .long, help: "With the metrics and the log of serve; the log's lines are written and thrown away.")
    var watched = false
    @Flag(name: .long, help: "One device in ten has a model that never answers.")
    var stalled = false

    /// Turns that are remembered for the figures at the end.
    private static let mostTurns = 100_000

    func run() async throws {
        FileLimit.raise()
        guard let model = ModelFiles.find("silero_vad.onnx") else {
            throw ProviderError(
                .unavailable, provider: "SileroVAD", message: "silero_vad.onnx is not here; run dev/setup")
        }
        let directory = SessionDirectory()
        let clock = SessionClock.ticking()
        let web = WebClient()
        let logger = logger()
        let watching = watched ? watching(web, directory, logger) : nil
        var onRun: (@Sendable (Duration) -> Void)?
        var onLoopDelay: (@Sendable (Int, Duration) -> Void)?
        if let metrics = watching?.metrics {
            let detectorRun = metrics.detectorRun.with("SileroVAD")
            onRun = { detectorRun.observe($0) }
            onLoopDelay = { metrics.eventLoopDelay.observe($1, String($0)) }
        }
        let detector = try SileroVAD(modelPath: model, engineThreads: detectorThreads, onRun: onRun)
        defer { detector.shutdown() }
        let stubs = StubProviders()
        let added = Mutex<[Double]>([])
        let load = watching?.load ?? HearingLoad()
        let (live, slow) = conversations(detector, stubs, load)
        let gateway = GatewayServer(
            configuration: gatewayConfiguration, authenticator: DeviceAuthenticator(key: "fleet"), logger: logger,
            overload: { watching?.load.overload },
            onRefusal: { watching?.metrics.connectionsRefused.add(1, $0.rawValue) },
            onLoopDelay: onLoopDelay,
            onRunning: { Terminal.say("port \($0.webSocket)") },
            sessionHandler: { [stalled] identity, inputs, connection in
                let isApart = stalled && Int(identity.deviceID, radix: 16).map(FleetDevice.isApart) ?? false
                let session = Session(
                    id: identity.deviceID, identity: identity, connection: connection, live: isApart ? slow : live,
                    clock: clock, logger: logger,
                    observer: { report in
                        if let watching {
                            TurnLog.write(report, to: logger)
                            watching.observe(report)
                        }
                        guard let time = stubs.serverAdded(report) else { return }
                        added.withLock { if $0.count < Self.mostTurns { $0.append(time / .milliseconds(1)) } }
                    }, events: { watching?.metrics.observe($0, chained: []) })
                await directory.serve(session, inputs)
            })
        let sweeper = watching.map { watching in
            SweepService(
                sweeper: SessionSweeper(
                    directory: directory, clock: clock, logger: logger, onSweep: { watching.metrics.observe($0) }))
        }
        let probe = SchedulingDelayProbe(clock: SessionClock(ContinuousClock())) {
            load.observe($0, cpuSeconds: ProcessStatistics.cpuSeconds, at: clock.now)
        }
        let watchers: [any Service] = (watching?.services ?? [probe]) + (sweeper.map { [$0] } ?? [])
        let group = ServiceGroup(
            configuration: .init(
                services: watchers + [gateway], gracefulShutdownSignals: [.sigterm], logger: logger))
        try await group.run()
        try await web.shutdown()
        let word: JSON = ["server_added_ms": .array(added.withLock { $0 }.map { .number(($0 * 100).rounded() / 100) })]
        Terminal.say(word.description)
    }

    /// - Returns: the stubs, and the same with a model that never answers.
    private func conversations(
        _ detector: any VoiceActivityDetector, _ stubs: StubProviders, _ hearingLoad: HearingLoad
    ) -> (live: LiveConversing, slow: LiveConversing) {
        var settings = SessionSettings()
        settings.endpointing.minimumSilence = TurnBench.silence
        settings.idleLimit = .seconds(3600)
        var providers = Providers(
            detector: detector, recognizer: stubs.recognizer, model: stubs.model, voice: stubs.voice,
            hearingLoad: hearingLoad, speakingLoad: SpeakingLoad(cores: ProcessInfo.processInfo.activeProcessorCount),
            speechCache: SpeechCache())
        let live = LiveConversing(settings: settings, providers: providers)
        var never = stubs
        never.firstToken = 3_600_000
        providers.model = never.model
        return (live, LiveConversing(settings: settings, providers: providers))
    }

    private var gatewayConfiguration: GatewayConfiguration {
        var configuration = GatewayConfiguration()
        configuration.host = "127.0.0.1"
        configuration.webSocketPort = 0
        configuration.httpPort = 0
        configuration.limits.connections = 100_000
        configuration.limits.newPerSecond = 100_000
        return configuration
    }

    /// Errors to standard error; watched, everything that `serve` would write, to nowhere.
    private func logger() -> Logger {
        guard watched else {
            var logger = Logger(label: "fleet") { StreamLogHandler.standardError(label: $0) }
            logger.logLevel = .error
            return logger
        }
        let (level, redactor) = (LogLevel(.info), LogRedactor(secrets: ["a-secret-of-some-length"]))
        let nowhere = open("/dev/null", O_WRONLY)
        return Logger(label: "fleet") { _ in
            ServerLogHandler(format: .json, level: level, redactor: redactor) { line in
                _ = line.withUnsafeBytes { write(nowhere, $0.baseAddress, $0.count) }
            }
        }
    }

    private func watching(_ web: WebClient, _ directory: SessionDirectory, _ logger: Logger) -> Watching {
        let settings = ConfigurationLoader.load(directory: "/nowhere", environment: [:]).settings
        return Watching(settings: settings, client: web, logger: logger) {
            directory.queueDepths + [(queue: "web_requests", depth: web.depth.waiting)]
        }
    }
}
