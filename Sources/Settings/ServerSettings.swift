public import Addresses
public import JSON

/// The configuration as the server uses it, with every default filled in.
public struct ServerSettings: Sendable, Equatable {
    public var ip = "0.0.0.0"
    public var port = 8000
    public var httpPort = 8003
    /// The address told to devices; nil: made from each request.
    public var websocketURL: String?
    /// Hours east of Greenwich.
    public var timezoneOffset = 8.0
    public var isAuthEnabled = true
    public var allowedDevices: [String] = []
    public var tokenLifetime = 0
    /// Reverse proxies, besides those on this machine, that say who their clients are.
    public var trustedProxies: [AddressRange] = []
    /// Web pages that may talk to the server, besides those of the house.
    public var allowedOrigins: [OriginRule] = []
    /// nil: one is made on first start.
    public var authKey: String?
    /// nil: one is made on first start.
    public var ownerToken: String?
    public var logLevel = "INFO"
    /// `json`, `text`, or `auto`: text on a terminal and JSON elsewhere.
    public var logFormat = "auto"
    /// Whether what was said may be kept in the flight recorder.
    public var keepsTranscripts = false
    public var alerts = AlertSettings()
    /// Where traces go (OTLP over HTTP, the collector's base address); nil: nowhere.
    public var otlpEndpoint: String?
    /// Turns of each device that the flight recorder keeps.
    public var turnsPerDevice = 20
    /// What becomes of finished turns.
    public var reports = ReportSettings()
    /// Seconds.
    public var idleLimit = 118
    /// Seconds.
    public var toolTimeout = 30
    public var limits = LimitSettings()
    /// Seconds between WebSocket pings.
    public var pingInterval = 30
    /// Seconds without a pong or data after which a device is gone.
    public var pingTimeout = 90
    /// Seconds that answers may take to their end when the server stops.
    public var drainTimeout = 10
    /// What the model is told before an idle connection is closed (`end_prompt`); nil: a stock farewell.
    public var farewellPrompt: String?
    public var greetsOnWakeWord = true
    public var answersPing = false
    public var exitCommands: [String] = []
    public var wakeWords: [String] = []
    public var errorResponse: String?
    public var prompt = ""
    public var sampleRate = 24_000
    public var frameDuration = 60
    public var vadThreshold = 0.5
    public var vadLowThreshold = 0.3
    /// Milliseconds.
    public var minimumSilence = 500
    /// The chosen names by section, most wanted first; empty for `auto`.
    public var selected: [String: [String]] = [:]
    /// Provider blocks by section.
    public var providers: [String: [ProviderSettings]] = [:]

    /// The `plugins` section as it is; each plugin reads its own part.
    public var plugins: JSON = [:]
    /// The chosen block of `Intent`.
    public var intent = IntentSettings()
    /// The MCP endpoint's address, when one is set.
    public var mcpEndpoint: String?
    /// Where devices send photos, when the owner runs such a service.
    public var visionURL: String?
    /// Milliseconds after which a slow tool is bridged by a few words; nil: never.
    public var toolFillerDelay: Int?
    /// `manager-api`, for plugins that ask the console.
    public var managerAPI: JSON = [:]

    /// Every key, token and password of the configuration: what no log may hold.
    public var secrets: [String] = []

    init(_ root: ConfigurationNode) {
        secrets = SecretValues.collect(from: root)
        func text(_ path: String) -> String? {
            switch root[path]?.content {
            case .string(let value): value.isEmpty || value.isSampleValue ? nil : value
            case .integer(let value): String(value)
            default: nil
            }
        }
        /// Words for a person or a model, where 你的 means what it says.
        func prose(_ path: String) -> String? {
            if case .string(let value) = root[path]?.content, !value.isEmpty { value } else { nil }
        }
        func integer(_ path: String) -> Int? {
            if case .integer(let value) = root[path]?.content { value } else { nil }
        }
        func flag(_ path: String) -> Bool? { if case .bool(let value) = root[path]?.content { value } else { nil } }
        func number(_ path: String) -> Double? {
            switch root[path]?.content {
            case .integer(let value): Double(value)
            case .number(let value): value
            default: nil
            }
        }
        func texts(_ path: String) -> [String] {
            switch root[path]?.content {
            case .list(let list): list.compactMap { if case .string(let value) = $0.content { value } else { nil } }
            case .string(let value): [value]
            default: []
            }
        }
        ip = text("server.ip") ?? ip
        port = integer("server.port") ?? port
        httpPort = integer("server.http_port") ?? httpPort
        websocketURL = text("server.websocket")
        timezoneOffset = number("server.timezone_offset") ?? timezoneOffset
        isAuthEnabled = flag("server.auth.enabled") ?? isAuthEnabled
        allowedDevices = texts("server.auth.allowed_devices")
        tokenLifetime = max(integer("server.auth.expire_seconds") ?? tokenLifetime, 0)
        trustedProxies = texts("server.trusted_proxies").compactMap(AddressRange.init)
        allowedOrigins = texts("server.allowed_origins").compactMap(OriginRule.init)
        authKey = text("server.auth_key") ?? text("manager-api.secret")
        ownerToken = text("server.owner_token")
        logLevel = text("log.log_level") ?? logLevel
        // The reference's loguru template is accepted and means: as the terminal has it.
        logFormat = text("log.log_format").flatMap { ["json", "text"].contains($0) ? $0 : nil } ?? logFormat
        keepsTranscripts = flag("log.transcripts") ?? keepsTranscripts
        alerts.webhook = text("alerts.webhook")
        alerts.interval = number("alerts.interval") ?? alerts.interval
        alerts.window = number("alerts.window") ?? alerts.window
        alerts.raiseAfter = integer("alerts.raise_after") ?? alerts.raiseAfter
        alerts.clearAfter = integer("alerts.clear_after") ?? alerts.clearAfter
        alerts.clearAt = number("alerts.clear_at") ?? alerts.clearAt
        alerts.limits = ["connections", "first_audio_p95_ms", "error_rate", "backlog"].reduce(into: [:]) {
            $0[$1] = number("alerts.\($1)").flatMap { $0 > 0 ? $0 : nil }
        }
        otlpEndpoint = text("telemetry.otlp_endpoint")
        turnsPerDevice = integer("telemetry.turns_per_device") ?? turnsPerDevice
        reports.writesFile = flag("reports.file") ?? reports.writesFile
        reports.webhook = text("reports.webhook")
        reports.keepsTranscripts = flag("reports.transcripts") ?? reports.keepsTranscripts
        reports.keepDays = integer("reports.keep_days") ?? reports.keepDays
        idleLimit = integer("close_connection_no_voice_time") ?? idleLimit
        toolTimeout = integer("tool_call_timeout") ?? toolTimeout
        limits.connections = integer("server.limits.connections") ?? limits.connections
        limits.perAddress = integer("server.limits.per_address") ?? limits.perAddress
        limits.newPerSecond = integer("server.limits.new_per_second") ?? limits.newPerSecond
        limits.memoryMegabytes = integer("server.limits.memory_mb") ?? limits.memoryMegabytes
        limits.queuedAudio = integer("server.limits.queued_audio") ?? limits.queuedAudio
        limits.cpuShare = number("server.limits.cpu_share") ?? limits.cpuShare
        pingInterval = integer("server.ping_interval") ?? pingInterval
        pingTimeout = integer("server.ping_timeout") ?? pingTimeout
        drainTimeout = integer("server.drain_timeout") ?? drainTimeout
        if flag("end_prompt.enable") ?? true { farewellPrompt = prose("end_prompt.prompt") }
        greetsOnWakeWord = flag("enable_greeting") ?? greetsOnWakeWord
        answersPing = flag("enable_websocket_ping") ?? answersPing
        exitCommands = texts("exit_commands")
        wakeWords = texts("wakeup_words")
        errorResponse = prose("system_error_response")
        prompt = prose("prompt") ?? ""
        sampleRate = integer("xiaozhi.audio_params.sample_rate") ?? sampleRate
        frameDuration = integer("xiaozhi.audio_params.frame_duration") ?? frameDuration
        plugins = root["plugins"]?.json ?? [:]
        managerAPI = root["manager-api"]?.json ?? [:]
        mcpEndpoint = text("mcp_endpoint")
        visionURL = text("server.vision_explain")
        toolFillerDelay = integer("tool_filler_delay_ms")
        let intentName = text("selected_module.Intent") ?? "function_call"
        intent = IntentSettings(name: intentName, node: root["Intent"]?.map?[intentName])
        for section in ConfigurationSchema.openSections {
            selected[section] = texts("selected_module.\(section)").filter { $0 != "auto" }
            providers[section] = (root[section]?.map ?? [:]).map { ProviderSettings(name: $0.key, node: $0.value) }
                .sorted { $0.name < $1.name }
        }
        if let vad = provider("VAD", selected["VAD"]?.first ?? "SileroVAD") {
            vadThreshold = vad.number("threshold") ?? vadThreshold
            vadLowThreshold = vad.number("threshold_low") ?? vadLowThreshold
            minimumSilence = vad.integer("min_silence_duration_ms") ?? minimumSilence
        }
    }

    /// A provider block by its name.
    public func provider(_ section: String, _ name: String) -> ProviderSettings? {
        providers[section]?.first { $0.name == name }
    }
}
