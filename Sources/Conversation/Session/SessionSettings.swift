package import Tools

/// What a session is told about how to behave; the composition root fills it from the configuration.
package struct SessionSettings: Sendable {
    /// The persona every prompt begins with.
    package var persona = ""
    package var endpointing = Endpointer.Configuration()
    package var wakeWords: [String] = []
    package var exitPhrases: [String] = []
    /// Answer a wake word with a greeting.
    package var greetsOnWakeWord = true
    /// Answer a device's JSON `ping`.
    package var answersPing = false
    /// The wall clock for `pong`, `YYYY-MM-DD HH:MM:SS`.
    package var timestamp: @Sendable () -> String = { "" }
    /// The session closes after this long without a turn. Below 120 s, because a board counts a channel as dead after
    /// 120 s without data (conformance statement 10).
    package var idleLimit = Duration.seconds(118)
    /// What the model is told when the session ends for want of words (`end_prompt`); nil: a stock farewell is said.
    package var farewellPrompt: String?
    /// Messages of dialogue kept.
    package var dialogueLimit = 40
    package var maximumUtterance = Duration.seconds(60)
    /// An utterance ends when no audio arrived for this long, except in push-to-talk. A board in DTX still sends every
    /// 400 ms; longer is a stall, and what TCP sends again after one comes within its first three tries (1 + 2 s).
    package var audioGap = Duration.seconds(4)
    /// How long after an answer a device that does not cancel its echo may still hear it: its buffer, the way and the
    /// room.
    package var echoTail = Duration.milliseconds(400)
    /// How long a provider may take without giving anything.
    package var recognitionDeadline = Duration.seconds(10)
    package var firstTokenDeadline = Duration.seconds(15)
    package var synthesisDeadline = Duration.seconds(10)
    package var toolDeadline = Duration.seconds(30)
    /// Downlink speech: samples per second, milliseconds per frame, bits per second, Opus complexity.
    package var speech = SpeechFormat()
    /// Say something when a tool takes longer than this; nil: stay silent.
    package var fillerDelay: Duration?
    /// Where a device sends its photos; nil: no camera is offered.
    package var vision: @Sendable (DeviceIdentity) -> DeviceMCP.Vision? = { _ in nil }
    package var phrases = StockPhrases()
    /// Obeys a console that speaks through the device port; nil: such messages are ignored.
    package var console: (@Sendable (ConsoleCommand) async -> ConsoleAnswer)?

    package init() {}
}

/// The downlink's shape, announced in the hello.
package struct SpeechFormat: Sendable, Hashable {
    package var sampleRate = 24_000
    package var frameMilliseconds = 60
    package var bitrate = 24_000
    /// The most; a busy server takes less (`SpeakingLoad`).
    package var complexity = 8
    package init() {}
}

/// What the server itself says, by language.
package struct StockPhrases: Sendable, Equatable {
    /// Instead of an answer that could not be made.
    package var apology = [
        "en": "Sorry, something went wrong. Please try again in a moment.",
        "zh": "抱歉，我这边出了点问题，请稍后再试。",
    ]
    /// After a wake word.
    package var greeting = ["en": "Hello, I am listening.", "zh": "我在呢，请说。"]
    /// After an exit phrase.
    package var farewell = ["en": "Goodbye.", "zh": "再见。"]

    /// While a slow tool works.
    package var filler = ["en": "Let me look.", "zh": "我看一下。"]

    package init() {}

    func phrase(_ phrases: [String: String], language: String?) -> String {
        phrases[language ?? "en"] ?? phrases["en"] ?? ""
    }
}
