import Conversation
import Flow
import FoundationEssentials
import Inference
import Logging
import Plugins
import Settings
import Telemetry
import ToolServers
import Tools
import VoiceAPI

/// Makes a generation from a configuration and changes nothing that is served: whatever goes wrong, the old one goes on.
struct GenerationBuilder: Sendable {
    /// A generation that nobody uses yet.
    struct Built: Sendable {
        var generation: Generation
        var conversing: Conversing
        /// Plugins described in `plugins/*.yaml`.
        var external: [any Tool]
        var toolServers: [ToolServerSettings]
    }

    let directory: String
    let providers: ProviderFactory.House
    let plugins: PluginServices
    let metrics: ServerMetrics
    /// The tools of every generation: a turn takes from it what is there when it asks the model.
    let shelf: ToolShelf
    let hearingLoad: HearingLoad
    let speakingLoad: SpeakingLoad
    let detector: any VoiceActivityDetector
    let logger: Logger
    /// Obeys the console's `server` messages.
    let console: ConsoleDesk

    /// - Parameters:
    ///   - number: greater than that of any generation before.
    ///   - previous: lends its plugins when nothing about them changed, so that a paused song stays paused.
    /// - Throws: when a part that was asked for cannot be had; the message says what to do.
    func build(_ settings: ServerSettings, number: Int, after previous: Generation?) async throws -> Built {
        let selector = ProviderSelector(
            factory: ProviderFactory(settings: settings, directory: directory, house: providers),
            chains: ProviderChains(
                clock: SessionClock(ContinuousClock()), logger: logger,
                onCall: { [metrics] in metrics.observe($1, kind: $0) }))
        let recognizer = try await selector.recognizer()
        let language = await selector.languageModel()
        let voice = try await selector.voice()
        let selection = selectPlugins(settings, previous)
        let external = ExternalPlugins.load(
            folder: "\(directory)/plugins", environment: ProcessInfo.processInfo.environment, services: plugins)
        let (servers, serverProblems) = Self.toolServers(settings, directory: directory)
        var session = SessionSettings(settings)
        // The chains keep their own time; a session's patience only bounds what they forget.
        session.recognitionDeadline = recognizer.patience ?? session.recognitionDeadline
        session.firstTokenDeadline = language.patience ?? session.firstTokenDeadline
        session.synthesisDeadline = voice.patience ?? session.synthesisDeadline
        session.console = { [console] in await console.obey($0) }
        let retired = Latch()
        let conversing = Conversing(
            settings: session,
            providers: Providers(
                detector: detector, recognizer: recognizer.provider, model: language.provider, voice: voice.provider,
                emergencyVoice: selector.chains.embeddedVoice, tools: shelf,
                intent: await Self.intent(settings, selector), hearingLoad: hearingLoad, speakingLoad: speakingLoad,
                // A voice may have kept its name and changed its sound.
                speechCache: SpeechCache()),
            generation: number, onRetire: { retired.open() })
        let generation = Generation(
            number: number, settings: settings,
            choices: [
                ProviderChoice(stage: "VAD", name: detector.name, reason: "Silero, in this process"),
                recognizer.choice, language.choice, voice.choice,
                ProviderChoice(
                    stage: "Tools", name: settings.intent.type, reason: selection.names.joined(separator: ", ")),
            ],
            plugins: selection,
            chained: Set(
                [("asr", recognizer.patience), ("llm", language.patience), ("tts", voice.patience)]
                    .filter { $0.1 != nil }.map(\.0)),
            breakers: selector.chains.breakers,
            problems: selection.problems.map { "plugin \($0)" } + external.problems + serverProblems,
            retired: retired)
        return Built(
            generation: generation, conversing: conversing, external: external.tools, toolServers: servers)
    }

    private func selectPlugins(_ settings: ServerSettings, _ previous: Generation?) -> PluginSelection {
        if let previous, previous.settings.plugins == settings.plugins,
            previous.settings.intent.functions == settings.intent.functions,
            previous.settings.managerAPI == settings.managerAPI
        {
            return previous.plugins
        }
        var services = plugins
        services.managerAPI = settings.managerAPI
        return PluginSelection(settings: settings.plugins, functions: settings.intent.functions, services: services)
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
}
