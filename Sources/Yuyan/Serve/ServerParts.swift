import Conversation
import EspeakProvider
import Flow
import FoundationEssentials
import Gateway
import Inference
import Logging
import OfflineSkills
import OpenAIProvider
import Plugins
import ServiceLifecycle
import Settings
import Storage
import Telemetry
import ToolServers
import Tools
import VoiceAPI
import WebClient

/// Everything a conversation is made with, built once from the configuration.
struct ServerParts: Sendable {
    /// What the next turn of every session begins with.
    let live: LiveConversing
    /// Who is connected.
    let directory = SessionDirectory()
    /// What could not be turned on, and why.
    let problems: [String]
    let choices: [ProviderChoice]
    /// Keeps the MCP servers of `data/.mcp_server_settings.json` and the MCP endpoint; nil when there are none.
    let toolServers: ToolServerSupervisor?
    private let reminders: ReminderService?
    /// Metrics, the last turns, alerts.
    let watching: Watching
    /// Kinds of providers whose calls their chains count, so that sessions need not.
    let chained: Set<String>
    private let sweeper: SessionSweeper
    private let drainLimit: Duration
    /// Every finished turn goes here; nil when the database cannot be opened.
    let journal: DialogueJournal?
    /// Of all sessions.
    let clock = SessionClock.ticking()
    private let client: WebClient
    private let detector: SileroVAD
    private let pool: WorkerPool

    /// - Throws: when a part that was asked for cannot be had; the message says what to do.
    init(settings: ServerSettings, directory: String, logger: Logger) async throws {
        guard let model = ModelFiles.find("silero_vad.onnx") else {
            throw ProviderError(
                .unavailable, provider: "SileroVAD", message: "silero_vad.onnx is not here; run dev/setup")
        }
        client = WebClient()
        sweeper = SessionSweeper(
            directory: self.directory, clock: clock, logger: logger)
        drainLimit = .seconds(settings.drainTimeout)
        watching = Watching(settings: settings, client: client, logger: logger) { [sessions = self.directory, client] in
            sessions.queueDepths + [(queue: "web_requests", depth: client.depth.waiting)]
        }
        pool = try WorkerPool()
        detector = try SileroVAD(modelPath: model)
        let skills = SkillsModel(
            now: { Int64(Date().timeIntervalSince1970) }, timezoneOffset: Int64(settings.timezoneOffset * 3600))
        let selector = ProviderSelector(
            factory: ProviderFactory(
                settings: settings, directory: directory, client: client, pool: pool, skills: skills),
            chains: ProviderChains(
                clock: SessionClock(ContinuousClock()), logger: logger,
                onCall: { [metrics = watching.metrics] in metrics.observe($1, kind: $0) }))
        watching.metrics.registerBreakers { [board = selector.chains.breakers] in board.states }
        let recognizer = try await selector.recognizer()
        let language = await selector.languageModel()
        let voice = try await selector.voice()
        let announcer = DirectoryAnnouncer(directory: self.directory)
        var problems: [String] = []
        var reminders: ReminderService?
        var database: Database?
        var journal: DialogueJournal?
        do {
            let opened = try Self.openDatabase(directory)
            database = opened
            journal = DialogueJournal(
                opened, settings: settings.reports, directory: directory, web: client, logger: logger)
            reminders = ReminderService(
                store: ReminderStore(opened), announcer: announcer,
                now: { Int64(Date().timeIntervalSince1970) }, timezoneOffset: Int64(settings.timezoneOffset * 3600),
                clock: SessionClock(ContinuousClock()), logger: logger)
        } catch {
            problems.append(
                "timers, reminders and the dialogue journal are off: data/yuyan.sqlite cannot be opened: \(error)")
        }
        self.reminders = reminders
        self.journal = journal
        problems += journal?.problems ?? []
        if let reminders { self.directory.observe { reminders.deviceConnected($0) } }
        let services = PluginServices(
            web: client, now: { Int64(Date().timeIntervalSince1970) },
            timezoneOffset: Int64(settings.timezoneOffset * 3600), directory: directory,
            announcer: announcer, logger: logger, reminders: reminders, database: database,
            managerAPI: settings.managerAPI)
        let plugins = PluginSelection(
            settings: settings.plugins, functions: settings.intent.functions, services: services)
        let external = ExternalPlugins.load(
            folder: "\(directory)/plugins", environment: ProcessInfo.processInfo.environment, services: services)
        let shelf = ToolShelf(plugins.tools + external.tools)
        let (servers, serverProblems) = Self.toolServers(settings, directory: directory)
        self.problems = problems + plugins.problems.map { "plugin \($0)" } + external.problems + serverProblems
        toolServers =
            servers.isEmpty
            ? nil : ToolServerSupervisor(servers: servers, shelf: shelf, web: client, logger: logger)
        let providers = Providers(
            detector: detector, recognizer: recognizer.provider, model: language.provider, voice: voice.provider,
            emergencyVoice: selector.chains.embeddedVoice, tools: shelf,
            intent: await Self.intent(settings, selector),
            speakingLoad: SpeakingLoad(cores: ProcessInfo.processInfo.activeProcessorCount),
            speechCache: SpeechCache())
        choices = [
            ProviderChoice(stage: "VAD", name: detector.name, reason: "Silero, in this process"),
            recognizer.choice, language.choice, voice.choice,
            ProviderChoice(stage: "Tools", name: settings.intent.type, reason: plugins.names.joined(separator: ", ")),
        ]
        var session = Self.sessionSettings(settings)
        // The chains keep their own time; a session's patience only bounds what they forget.
        session.recognitionDeadline = recognizer.patience ?? session.recognitionDeadline
        session.firstTokenDeadline = language.patience ?? session.firstTokenDeadline
        session.synthesisDeadline = voice.patience ?? session.synthesisDeadline
        session.synthesisDeadline = voice.patience ?? session.synthesisDeadline
        live = LiveConversing(settings: session, providers: providers)
        chained = Set(
            [("asr", recognizer.patience), ("llm", language.patience), ("tts", voice.patience)]
                .filter { $0.1 != nil }.map(\.0))
    }

    /// What runs beside the gateway for as long as the server.
    var services: [any Service] {
        var services = watching.services
        // The first to start is the last to stop.
        if let journal { services.insert(journal, at: 0) }
        if let toolServers { services.append(toolServers) }
        if let reminders { services.append(ReminderLoop(reminders: reminders)) }
        services.append(SweepService(sweeper: sweeper))
        return services
    }

    /// Who is connected and how the server is.
    var pages: SessionPages { SessionPages(directory: directory, alerts: watching.alerts, choices: choices) }

    /// What answers at the owner's addresses, asked in order. Made anew each time: a server asks once.
    var ownerHandlers: [OwnerAccess.Handler] {
        [
            { [pages = watching.pages] in pages.answer($0) },
            { [pages] in await pages.answer($0) },
            AgentAddress.handler(directory),
        ]
    }

    /// Must come behind the gateway in the group: what is last hears first of a graceful stop.
    func drain(_ gateway: GatewayServer) -> DrainService {
        DrainService(gateway: gateway, directory: directory, limit: drainLimit)
    }

    /// The server's one database file, made on first start.
    private static func openDatabase(_ directory: String) throws -> Database {
        let folder = "\(directory)/data"
        if !FileManager.default.fileExists(atPath: folder) {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
        return try Database(path: "\(folder)/yuyan.sqlite")
    }

    /// Ends threads and connections; call it when no session is left.
    func shutdown() async {
        await journal?.close()
        detector.shutdown()
        pool.shutdown()
        try? await client.shutdown()
    }

    /// The MCP servers the owner named.
    private static func toolServers(
        _ settings: ServerSettings, directory: String
    ) -> (servers: [ToolServerSettings], problems: [String]) {
        var servers: [ToolServerSettings] = []
        var problems: [String] = []
        let file = "data/.mcp_server_settings.json"
        if let data = FileManager.default.contents(atPath: "\(directory)/\(file)") {
            let parsed = ToolServerSettings.parse(String(decoding: data, as: UTF8.self))
            servers = parsed.servers
            problems = parsed.problems.map { "\(file): \($0)" }
        }
        if let address = settings.mcpEndpoint {
            if let endpoint = ToolServerSettings.endpoint(address) {
                servers.append(endpoint)
            } else {
                problems.append("mcp_endpoint: expected an address that begins with ws and has /mcp/ in it")
            }
        }
        return (servers, problems)
    }

    private static func intent(_ settings: ServerSettings, _ selector: ProviderSelector) async -> IntentMode {
        switch settings.intent.type {
        case "nointent": return .none
        case "intent_llm":
            return .classifier(await selector.languageModel(named: settings.intent.model).provider)
        default: return .functionCall
        }
    }

    private static func sessionSettings(_ settings: ServerSettings) -> SessionSettings {
        var session = SessionSettings()
        session.persona = settings.prompt
        session.endpointing.threshold = Float(settings.vadThreshold)
        session.endpointing.lowThreshold = Float(settings.vadLowThreshold)
        session.endpointing.minimumSilence = settings.minimumSilence
        session.wakeWords = settings.wakeWords
        session.exitPhrases = settings.exitCommands
        session.greetsOnWakeWord = settings.greetsOnWakeWord
        session.answersPing = settings.answersPing
        // A board takes a channel without data for 120 s as dead (conformance statement 10).
        session.idleLimit = .seconds(min(settings.idleLimit, 118))
        session.farewellPrompt = settings.farewellPrompt
        session.toolDeadline = .seconds(settings.toolTimeout)
        session.speech.sampleRate = settings.sampleRate
        session.speech.frameMilliseconds = settings.frameDuration
        if let apology = settings.errorResponse { session.phrases.apology["zh"] = apology }
        session.fillerDelay = settings.toolFillerDelay.map { .milliseconds($0) }
        let offset = settings.timezoneOffset * 3600
        session.timestamp = {
            let style = Date.ISO8601FormatStyle(dateSeparator: .dash, dateTimeSeparator: .space, timeSeparator: .colon)
            return String(Date(timeIntervalSinceNow: offset).formatted(style).prefix(19))
        }
        return session
    }
}

/// Lets plugins speak on a device.
private struct DirectoryAnnouncer: Announcer {
    let directory: SessionDirectory
    func say(_ text: String, on deviceID: String) async -> Bool { await directory.say(text, on: deviceID) }
}

/// Speaks what is due, as long as the server runs.
private struct ReminderLoop: Service {
    let reminders: ReminderService
    func run() async throws {
        await cancelWhenGracefulShutdown { await reminders.run() }
    }
}
