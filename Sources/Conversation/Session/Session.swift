package import Flow
import DeviceProtocol
import JSON
package import Logging
import Tools
package import VoiceAPI

/// One device's conversation, from hello to goodbye.
///
/// A task tree (docs/architecture.md): `serve` reads the device and starts turns as children; nothing it starts outlives
/// it. All state is here, on one actor; messages are posted in the same step that changes the state.
package actor Session {
    package nonisolated let id: String
    package nonisolated let identity: DeviceIdentity
    nonisolated let providers: Providers
    nonisolated let settings: SessionSettings
    nonisolated let clock: SessionClock
    nonisolated let logger: Logger
    private nonisolated let connection: any DeviceConnection
    private nonisolated let observer: @Sendable (TurnReport) -> Void
    /// Tells whoever counts what happens.
    nonisolated let events: @Sendable (SessionEvent) -> Void
    /// Why the session itself closed the connection; nil: it did not.
    private(set) var closing: String?
    nonisolated let outbox: Outbox

    let listener: Listener
    let wakeWords: PhraseMatcher
    let exitPhrases: PhraseMatcher
    /// Calls that outlive their turn.
    nonisolated let jobs = ToolJobs()
    nonisolated let deviceMCP: DeviceMCP
    nonisolated let deviceIoT: DeviceIoT
    /// What the device's tools send to the device; full only when the device does not read, which ends the session.
    nonisolated let toolLine: BoundedQueue<ServerMessage>
    /// Opens when the device's hello offers MCP.
    nonisolated let offersMCP = Latch()
    /// What is to be said outside a turn.
    nonisolated let announcements = BoundedQueue<String>(limit: 8)
    var onListening: (@Sendable () -> Void)?
    var tools: SessionTools
    var persona: String
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
    ///   - observer: told about every finished turn; must not block.
    ///   - events: told what happens in between; must not block.
    /// - Throws: `ProviderError` when the detector gives no stream.
    package init(
        id: String, identity: DeviceIdentity, connection: any DeviceConnection, providers: Providers,
        settings: SessionSettings, clock: SessionClock, logger: Logger,
        observer: @escaping @Sendable (TurnReport) -> Void = { _ in },
        events: @escaping @Sendable (SessionEvent) -> Void = { _ in }
    ) throws(ProviderError) {
        self.id = id
        self.identity = identity
        self.connection = connection
        self.providers = providers
        self.settings = settings
        self.clock = clock
        self.observer = observer
        self.events = events
        var logger = logger
        logger[metadataKey: "session_id"] = "\(id)"
        logger[metadataKey: "device_id"] = "\(identity.deviceID)"
        self.logger = logger
        outbox = Outbox(connection: connection)
        listener = Listener(
            stream: try providers.detector.makeStream(), endpointing: settings.endpointing, now: { clock.now })
        wakeWords = PhraseMatcher(phrases: settings.wakeWords)
        exitPhrases = PhraseMatcher(phrases: settings.exitPhrases)
        dialogue = Dialogue(limit: settings.dialogueLimit)
        began = clock.now
        lastPost = began
        activity = SessionActivity(lastFrame: began)
        persona = settings.persona
        let tools = SessionTools(shared: providers.tools)
        self.tools = tools
        let toolLine = BoundedQueue<ServerMessage>(limit: 64)
        self.toolLine = toolLine
        deviceMCP = DeviceMCP(
            shelf: tools.device, vision: settings.vision(identity), clock: clock, callTimeout: settings.toolDeadline,
            logger: logger, send: { payload in _ = toolLine.offer(.mcp(payload)) })
        deviceIoT = DeviceIoT(
            shelf: tools.device, send: { command in _ = toolLine.offer(.iotCommands([command])) })
    }

    /// Converses until the device leaves, `frames` ends or the task is cancelled. The caller closes the socket.
    package func serve(_ frames: some AsyncSequence<DeviceFrame, any Error> & Sendable) async {
        logger.info(
            "device connected", metadata: ["client_id": "\(identity.clientID)", "address": "\(identity.remoteAddress)"])
        events(.opened)
        var ending = "device left"
        await withDiscardingTaskGroup { group in
            group.addTask { await self.outbox.run() }
            group.addTask { await self.closeWhenStuck() }
            group.addTask { await self.closeWhenIdle() }
            group.addTask { await self.jobs.run() }
            group.addTask { await self.runAnnouncements() }
            group.addTask { await self.keepDeviceTools() }
            do {
                for try await frame in frames {
                    guard let turn = await receive(frame) else { continue }
                    group.addTask { await self.run(turn) }
                }
                logger.info("device left")
            } catch {
                ending = "connection lost"
                logger.info("device connection lost", metadata: ["error": "\(error)"])
            }
            interrupt()
            deviceMCP.close()
            jobs.finish()
            announcements.finish()
            outbox.finish()
            group.cancelAll()
        }
        events(.closed(reason: closing ?? ending))
    }

    // MARK: - Sending

    func post(_ message: ServerMessage) {
        lastPost = clock.now
        outbox.post(.text(message.encoded(sessionID: id)))
    }

    func post(packet: [UInt8]) {
        lastPost = clock.now
        outbox.post(.binary(framing.encode(AudioPacket(payload: packet[...]))))
    }

    /// Ends the connection with a Close frame; only the first call says why.
    func close(_ code: UInt16, reason: String) async {
        guard closing == nil else { return }
        closing = reason
        logger.info("closing the connection", metadata: ["code": "\(code)", "reason": "\(reason)"])
        await outbox.flush(within: .seconds(1), clock: clock)
        await connection.close(code: code, reason: reason)
    }

    func report(_ turn: Turn, userText: String, heardText: String) {
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

    // MARK: - Watching

    private func closeWhenStuck() async {
        await outbox.isStuck.wait()
        guard !Task.isCancelled else { return }
        await close(1011, reason: "the device does not read")
    }
}
