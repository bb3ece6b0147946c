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

/// Everything the server is made with. What lasts as long as the process is built here, once; what a reload replaces is a
/// `Generation`.
struct ServerParts: Sendable {
    /// What the next turn of every session begins with.
    let live: LiveConversing
    /// Who is connected.
    let directory = SessionDirectory()
    /// The configuration that is served now.
    let current: CurrentGeneration
    /// What could not be turned on, and why.
    let problems: [String]
    /// Metrics, the last turns, alerts.
    let watching: Watching
    /// Every finished turn goes here; nil when the database cannot be opened.
    let journal: DialogueJournal?
    /// Of all sessions.
    let clock = SessionClock.ticking()
    /// Reloads are asked for here.
    let reloads = ReloadDesk()
    let console: ConsoleDesk
    private let builder: GenerationBuilder
    private let toolServers: ToolServerSupervisor
    private let reminders: ReminderService?
    private let sweeper: SessionSweeper
    private let drainLimit: Duration
    private let workingDirectory: String
    private let client: WebClient
    private let detector: SileroVAD
    private let pool: WorkerPool
    private let logger: Logger

    /// - Throws: when a part that was asked for cannot be had; the message says what to do.
    init(settings: ServerSettings, directory: String, logger: Logger) async throws {
        guard let model = ModelFiles.find("silero_vad.onnx") else {
            throw ProviderError(
                .unavailable, provider: "SileroVAD", message: "silero_vad.onnx is not here; run dev/setup")
        }
        workingDirectory = directory
        self.logger = logger
        client = WebClient()
        drainLimit = .seconds(settings.drainTimeout)
        watching = Watching(settings: settings, client: client, logger: logger) { [sessions = self.directory, client] in
            sessions.queueDepths + [(queue: "web_requests", depth: client.depth.waiting)]
        }
        pool = try WorkerPool()
        let detectorRun = watching.metrics.detectorRun.with("SileroVAD")
        detector = try SileroVAD(modelPath: model, onRun: { detectorRun.observe($0) })
        watching.queues.add { [detector, pool] in
            [(queue: "detector", depth: detector.depth), (queue: "worker_pool", depth: pool.depth)]
        }
        let announcer = DirectoryAnnouncer(directory: self.directory)
        let now = { @Sendable in Int64(Date().timeIntervalSince1970) }
        let offset = Int64(settings.timezoneOffset * 3600)
        var problems: [String] = []
        var reminders: ReminderService?
        var database: Database?
        var journal: DialogueJournal?
        do {
            let opened = try Self.openDatabase(directory)
            database = opened
            journal = DialogueJournal(
                opened, settings: settings.reports, directory: directory, web: client, logger: logger,
                metrics: watching.metrics)
            reminders = ReminderService(
                store: ReminderStore(opened), announcer: announcer, now: now, timezoneOffset: offset,
                clock: SessionClock(ContinuousClock()), logger: logger)
        } catch {
            problems.append(
                "timers, reminders and the dialogue journal are off: data/yuyan.sqlite cannot be opened: \(error)")
        }
        self.reminders = reminders
        self.journal = journal
        problems += journal?.problems ?? []
        if let journal {
            watching.queues.add { journal.queueDepths }
            watching.metrics.registerJournal { journal.counts }
        }
        if let reminders { self.directory.observe { reminders.deviceConnected($0) } }
        let shelf = ToolShelf()
        toolServers = ToolServerSupervisor(
            shelf: shelf, web: client, logger: logger,
            onRestart: { [metrics = watching.metrics] in metrics.workerRestarts.add(1, "tool server \($0)") })
        console = ConsoleDesk(reloads: reloads, managerAPI: settings.managerAPI)
        builder = GenerationBuilder(
            directory: directory,
            providers: ProviderFactory.House(
                client: client, pool: pool, models: LoadedModels(pool: pool),
                skills: SkillsModel(now: now, timezoneOffset: offset)),
            plugins: PluginServices(
                web: client, now: now, timezoneOffset: offset, directory: directory, announcer: announcer,
                logger: logger, reminders: reminders, database: database, managerAPI: settings.managerAPI),
            metrics: watching.metrics, shelf: shelf,
            hearingLoad: watching.load, speakingLoad: SpeakingLoad(cores: ProcessInfo.processInfo.activeProcessorCount),
            detector: detector,
            logger: logger, console: console)
        let first = try await builder.build(settings, number: 1, after: nil)
        live = LiveConversing(first.conversing)
        let current = CurrentGeneration(first.generation)
        self.current = current
        sweeper = SessionSweeper(
            directory: self.directory, policy: { SweepPolicy(current.value.settings.limits) }, clock: clock,
            logger: logger, onSweep: { [metrics = watching.metrics] in metrics.observe($0) })
        self.problems = problems + first.generation.problems
        watching.metrics.registerBreakers { current.value.breakers.states }
        setTools(first, after: Latch())
    }

    /// Puts another generation in place: the next turns begin with it.
    func adopt(_ built: GenerationBuilder.Built) {
        let previous = current.value
        setTools(built, after: previous.retired)
        current.replace(with: built.generation)
        console.change(managerAPI: built.generation.settings.managerAPI)
        watching.change(built.generation.settings)
        live.replace(with: built.conversing)
    }

    /// - Parameter retired: opens when no turn may use a tool server that is not wanted any more.
    private func setTools(_ built: GenerationBuilder.Built, after retired: Latch) {
        builder.shelf.put(built.generation.plugins.tools, as: "plugins")
        builder.shelf.put(built.external, as: "plugins of the owner")
        toolServers.change(to: built.toolServers, after: retired)
    }

    /// Loads changed configurations.
    ///
    /// - Parameters:
    ///   - learn: hears of every configuration that was read, before anything is made from it.
    ///   - whenAdopted: for what lives outside, after the parts here.
    func reloader(
        learn: @escaping @Sendable (ServerSettings) -> Void, whenAdopted: @escaping @Sendable (ServerSettings) -> Void
    ) -> Reloader {
        Reloader(
            directory: workingDirectory, desk: reloads, console: console, builder: builder, current: current,
            learn: learn,
            adopt: { built in
                adopt(built)
                whenAdopted(built.generation.settings)
            }, logger: logger)
    }

    /// What runs beside the gateway for as long as the server.
    var services: [any Service] {
        var services = watching.services
        // The first to start is the last to stop.
        if let journal { services.insert(journal, at: 0) }
        services.append(toolServers)
        if let reminders { services.append(ReminderLoop(reminders: reminders)) }
        services.append(SweepService(sweeper: sweeper))
        return services
    }

    /// Who is connected and how the server is.
    var pages: SessionPages { SessionPages(directory: directory, alerts: watching.alerts, current: current) }

    /// What answers at the owner's addresses, asked in order. Made anew each time: a server asks once.
    var ownerHandlers: [OwnerAccess.Handler] {
        [
            { [pages = watching.pages] in pages.answer($0) },
            { [pages] in await pages.answer($0) },
            { [pages = ReloadPages(desk: reloads)] in await pages.answer($0) },
            AgentAddress.handler(directory),
        ]
    }

    /// Must come behind the gateway in the group: what is last hears first of a graceful stop.
    func drain(_ gateway: GatewayServer) -> DrainService {
        DrainService(gateway: gateway, directory: directory, limit: drainLimit)
    }

    /// The server's one database file, made on first start.
    private static func openDatabase(_ directory: String) throws -> Database {
        try Database(path: "\(DataFolder.make(in: directory))/yuyan.sqlite")
    }

    /// Ends threads and connections; call it when no session is left.
    func shutdown() async {
        await journal?.close()
        detector.shutdown()
        pool.shutdown()
        try? await client.shutdown()
    }
}

/// Lets plugins speak on a device.
private struct DirectoryAnnouncer: Announcer {
    let directory: SessionDirectory
    func say(_ text: String, on deviceID: String, ended: @escaping @Sendable (Bool) -> Void) async -> Bool {
        await directory.say(text, on: deviceID, ended: ended)
    }
}

/// Speaks what is due, as long as the server runs.
private struct ReminderLoop: Service {
    let reminders: ReminderService
    func run() async throws {
        await cancelWhenGracefulShutdown { await reminders.run() }
    }
}
