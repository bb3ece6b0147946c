package import Tools

/// When each thing of one turn happened, in durations since the session began. Filled as the turn walks through the
/// rooms; read by logs, the bench and the flight recorder.
package struct TurnTimeline: Sendable, Equatable {
    /// The last frame that held voice arrived.
    package var lastVoice: Duration?
    /// The endpointer decided that the person has finished.
    package var endpoint: Duration?
    /// The recognizer gave its final words.
    package var transcript: Duration?
    /// `tts start` was sent.
    package var speechAnnounced: Duration?
    /// The classifier has said which tools are wanted (`intent_llm` only).
    package var intent: Duration?
    /// The model's first text.
    package var firstToken: Duration?
    /// The first sentence was handed to the voice.
    package var firstSentence: Duration?
    /// The voice's first audio.
    package var firstAudio: Duration?
    /// The first audio frame left for the device.
    package var firstFrame: Duration?
    /// The device has played the last frame.
    package var playbackEnd: Duration?
    /// The turn's subtree has ended.
    package var ended: Duration?
    /// How long an interrupting voice was there before the reply was silenced; the voice's own time is audio time.
    package var bargeIn: Duration?
    /// How the turn ended.
    package var ending = TurnEnding.completed

    package init() {}
}

/// How a turn ended.
package enum TurnEnding: String, Sendable {
    case completed, interrupted, failed, unintelligible
}

/// One finished turn, for whoever observes the session.
package struct TurnReport: Sendable {
    package var sessionID: String
    package var deviceID: String
    package var turn: Int
    package var timeline: TurnTimeline
    /// What the person said and what they heard of the answer; private, never logged at info.
    package var heardText: String
    package var userText: String
    /// Who did the work, by configured names.
    package var providers = TurnProviders()
    /// The tool calls, in the order in which they ended.
    package var tools: [ToolTiming] = []
}

/// The configured names of those who did a turn's work; nil where nobody did or it is not known.
package struct TurnProviders: Sendable, Equatable {
    package var detector: String?
    package var recognizer: String?
    /// The classifier of `intent_llm`.
    package var classifier: String?
    package var model: String?
    package var voice: String?

    package init(
        detector: String? = nil, recognizer: String? = nil, classifier: String? = nil, model: String? = nil,
        voice: String? = nil
    ) {
        self.detector = detector
        self.recognizer = recognizer
        self.classifier = classifier
        self.model = model
        self.voice = voice
    }
}
