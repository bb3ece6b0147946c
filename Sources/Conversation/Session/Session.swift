package import Flow
import DeviceProtocol
import JSON
package import Logging
import Synchronization
import Tools
import VoiceAPI

/// One device's conversation, from hello to goodbye.
///
/// A task tree (docs/architecture.md): `serve` reads its inputs and starts turns and other work as children; nothing it
/// starts outlives it, and an idle session is that one task. All state is here, on one actor; messages are posted in the
/// same step that changes the state.
package actor Session {
    package nonisolated let id: String
    package nonisolated let identity: DeviceIdentity
    /// What the next turn begins with; a reload changes it.
    nonisolated let live: LiveConversing
    /// For what happens between turns.
    nonisolated var settings: SessionSettings { live.current.settings }
    /// What the hello announced; a device keeps it as long as it is connected.
    nonisolated let speech: SpeechFormat
    nonisolated let clock: SessionClock
    nonisolated let logger: Logger
    nonisolated let connection: any DeviceConnection
    private nonisolated let observer: @Sendable (TurnReport) -> Void
    /// Tells whoever counts what happens.
    nonisolated let events: @Sendable (SessionEvent) -> Void
    /// Why the session itself closed the connection; nil: it did not.
    private(set) var closing: String?

    nonisolated let computing: ComputingTime
    nonisolated let hearingLoad: HearingLoad
    let listener: Listener
    /// The configuration that `listener` and the phrases are of.
    var generation: Int
    var wakeWords: PhraseMatcher
    var exitPhrases: PhraseMatcher
    /// Calls that outlive their turn.
    nonisolated let jobs: ToolJobs
    private(set) lazy var deviceMCP = DeviceMCP(
        shelf: tools.device, vision: settings.vision(identity), clock: clock, callTimeout: settings.toolDeadline,
        logger: logger, send: { [weak self] payload in await self?.post(.mcp(payload)) })
    var keepsDeviceTools = false
    private(set) lazy var deviceIoT = DeviceIoT(
        shelf: tools.device, send: { [weak self] command in await self?.post(.iotCommands([command])) })
    var hasThings = false
    /// What is to be said outside a turn, oldest first.
    nonisolated let announcements = Mutex<[Announcement]>([])
    var isAnnouncing = false
    /// The connection is over.
    var hasEnded = false
    var onListening: (@Sendable () -> Void)?
    var tools: SessionTools
    /// What `change_role` made of it; nil: the configured persona.
    var persona: String?
    var machine = TurnMachine()
    var dialogue: Dialogue
    var turn: Turn?
    /// The answer being played; nil while none is.
    var reply: Reply?
    var features = DeviceFeatures()
    var framing = BinaryProtocolVersion.v1
    var capture = Capture()
    var leavesAfterReply = false
    /// When the device connected.
    let began: Duration
    /// When something was last sent.
    var lastPost: Duration
    var activity: SessionActivity
    /// The server stops: frames are no longer answered.
    var isDraining = false

    /// - Parameters:
    ///   - id: unique; sent to the device as `session_id`.
    ///   - live: settings and parts, taken by every turn when it begins.
    ///   - observer: told about every finished turn; must not block.
    ///   - events: told what happens in between; must not block.
    package init(
        id: String, identity: DeviceIdentity, connection: any DeviceConnection, live: LiveConversing,
        clock: SessionClock, logger: Logger,
        observer: @escaping @Sendable (TurnReport) -> Void = { _ in },
        events: @escaping @Sendable (SessionEvent) -> Void = { _ in }
    ) {
        self.id = id
        self.identity = identity
        self.connection = connection
        self.live = live
        let conversing = live.current
        let (settings, providers) = (conversing.settings, conversing.providers)
        speech = settings.speech
        generation = conversing.generation
        self.clock = clock
        self.observer = observer
        self.events = events
        var logger = logger
        computing = ComputingTime(clock: clock)
        hearingLoad = providers.hearingLoad
        logger[metadataKey: "session_id"] = "\(id)"
        logger[metadataKey: "device_id"] = "\(identity.deviceID)"
        self.logger = logger
        listener = Listener(
            detector: providers.detector, endpointing: settings.endpointing, computing: computing)
        wakeWords = PhraseMatcher(phrases: settings.wakeWords)
        exitPhrases = PhraseMatcher(phrases: settings.exitPhrases)
        dialogue = Dialogue(limit: settings.dialogueLimit)
        began = clock.now
        lastPost = began
        activity = SessionActivity(lastFrame: began)
        tools = SessionTools()
        jobs = ToolJobs(start: { connection.perform($0) })
    }

    /// Converses until the device leaves, `inputs` end or the task is cancelled. The caller closes the socket.
    package func serve(_ inputs: some AsyncSequence<SessionInput, any Error> & Sendable) async {
        logger.info(
            "device connected", metadata: ["client_id": "\(identity.clientID)", "address": "\(identity.remoteAddress)"])
        events(.opened)
        var ending = "device left"
        watchIdleness()
        await withDiscardingTaskGroup { group in
            do {
                for try await input in inputs {
                    switch input {
                    case .frame(let frame, let age):
                        guard let turn = await receive(frame, age: age) else { continue }
                        group.addTask { await self.run(turn) }
                    case .work(let work): group.addTask { await work() }
                    }
                }
                logger.info("device left")
            } catch {
                ending = "connection lost"
                logger.info("device connection lost", metadata: ["error": "\(error)"])
            }
            interrupt()
            closeDeviceTools()
            group.cancelAll()
        }
        endAnnouncements()
        events(.closed(reason: closing ?? ending))
    }

    // MARK: - Sending

    func post(_ message: ServerMessage) {
        send(.text(message.encoded(sessionID: id)))
    }

    func post(packet: [UInt8]) {
        send(.binary(framing.encode(AudioPacket(payload: packet[...]))))
    }

    private func send(_ frame: DeviceFrame) {
        lastPost = clock.now
        // A person cannot hear a device that does not read.
        if !connection.send(frame) { close(1011, reason: "the device does not read") }
    }

    /// Ends the connection with a Close frame; only the first call says why.
    func close(_ code: UInt16, reason: String) {
        guard closing == nil else { return }
        closing = reason
        logger.info("closing the connection", metadata: ["code": "\(code)", "reason": "\(reason)"])
        connection.close(code: code, reason: reason)
    }

    func report(_ turn: Turn, userText: String, heardText: String) {
        let providers = turn.conversing.providers
        var names = TurnProviders(model: providers.model.name, voice: providers.voice.name)
        if case .speech = turn.input {
            names.detector = providers.detector.name
            names.recognizer = providers.recognizer.name
        }
        if case .classifier(let model) = providers.intent { names.classifier = model.name }
        observer(
            TurnReport(
                sessionID: id, deviceID: identity.deviceID, turn: turn.id, timeline: turn.timeline,
                heardText: heardText, userText: userText, providers: names, tools: turn.tools))
    }
}
