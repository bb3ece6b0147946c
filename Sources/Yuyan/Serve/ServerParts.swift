import Conversation
import EspeakProvider
import FoundationEssentials
import Inference
import OfflineSkills
import OpenAIProvider
import Plugins
import Settings
import Tools
import VoiceAPI
import WebClient

/// Everything a conversation is made with, built once from the configuration.
struct ServerParts: Sendable {
    let providers: Providers
    let sessionSettings: SessionSettings
    let choices: [ProviderChoice]
    private let client: WebClient
    private let detector: SileroVAD
    private let pool: WorkerPool

    /// - Throws: when a part that was asked for cannot be had; the message says what to do.
    init(settings: ServerSettings, directory: String) async throws {
        guard let model = ModelFiles.find("silero_vad.onnx") else {
            throw ProviderError(
                .unavailable, provider: "SileroVAD", message: "silero_vad.onnx is not here; run dev/setup")
        }
        client = WebClient()
        pool = try WorkerPool()
        detector = try SileroVAD(modelPath: model)
        let skills = SkillsModel(
            now: { Int64(Date().timeIntervalSince1970) }, timezoneOffset: Int64(settings.timezoneOffset * 3600))
        let selector = ProviderSelector(
            settings: settings, directory: directory, client: client, pool: pool, skills: skills)
        let (recognizer, recognizerChoice) = try selector.recognizer()
        let (language, languageChoice) = await selector.languageModel()
        let (voice, voiceChoice) = selector.voice()
        providers = Providers(
            detector: detector, recognizer: recognizer, model: language, voice: voice,
            emergencyVoice: EspeakSynthesizer(), tools: ToolShelf([LeaveTool()]))
        choices = [
            ProviderChoice(stage: "VAD", name: detector.name, reason: "Silero, in this process"), recognizerChoice,
            languageChoice, voiceChoice,
        ]
        sessionSettings = Self.sessionSettings(settings)
    }

    /// Ends threads and connections; call it when no session is left.
    func shutdown() async {
        detector.shutdown()
        pool.shutdown()
        try? await client.shutdown()
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
        session.toolDeadline = .seconds(settings.toolTimeout)
        session.speech.sampleRate = settings.sampleRate
        session.speech.frameMilliseconds = settings.frameDuration
        if let apology = settings.errorResponse { session.phrases.apology["zh"] = apology }
        let offset = settings.timezoneOffset * 3600
        session.timestamp = {
            let style = Date.ISO8601FormatStyle(dateSeparator: .dash, dateTimeSeparator: .space, timeSeparator: .colon)
            return String(Date(timeIntervalSinceNow: offset).formatted(style).prefix(19))
        }
        return session
    }
}
