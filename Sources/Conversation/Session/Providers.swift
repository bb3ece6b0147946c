package import Tools
package import VoiceAPI

/// The parts a conversation is made with. Made once by the composition root and shared by every session: nothing in
/// here may remember a device.
package struct Providers: Sendable {
    package var detector: any VoiceActivityDetector
    package var recognizer: any SpeechRecognizer
    package var model: any LanguageModel
    package var voice: any SpeechSynthesizer
    /// Speaks the apology when `voice` cannot; usually the embedded one.
    package var emergencyVoice: (any SpeechSynthesizer)?
    /// The server's tools, shared by every session; they come and go while it runs.
    package var tools: ToolShelf
    package var intent: IntentMode
    /// What listening costs all sessions together.
    package var hearingLoad: HearingLoad
    /// What encoding costs all sessions together.
    package var speakingLoad: SpeakingLoad
    /// Keeps encoded what is said often; nil: everything is synthesized anew.
    package var speechCache: SpeechCache?

    package init(
        detector: any VoiceActivityDetector, recognizer: any SpeechRecognizer, model: any LanguageModel,
        voice: any SpeechSynthesizer, emergencyVoice: (any SpeechSynthesizer)? = nil, tools: ToolShelf = ToolShelf(),
        intent: IntentMode = .functionCall, hearingLoad: HearingLoad = HearingLoad(),
        speakingLoad: SpeakingLoad = SpeakingLoad(cores: 2),
        speechCache: SpeechCache? = nil
    ) {
        self.detector = detector
        self.recognizer = recognizer
        self.model = model
        self.voice = voice
        self.emergencyVoice = emergencyVoice
        self.tools = tools
        self.intent = intent
        self.hearingLoad = hearingLoad
        self.speakingLoad = speakingLoad
        self.speechCache = speechCache
    }
}
