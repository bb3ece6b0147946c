import VoiceAPI

/// The answer being played: its pace and what has been sent of it.
struct Reply {
    /// Between `tts start` and the first audio: a board clears its queue just after it begins to speak (statement 26).
    private static let settlingTime = Duration.milliseconds(100)
    /// Frames a device may hold (statement 28).
    private static let framesAhead = 5

    let frame: Duration
    var playout: PlayoutClock
    var ledger = HeardLedger()
    /// The rounds of tools that are over.
    var exchanges: [ToolExchange] = []
    /// What is being played when it is no sentence.
    var track: (any AudioTrack)?

    init(start: Duration, format: SpeechFormat) {
        frame = .milliseconds(format.frameMilliseconds)
        playout = PlayoutClock(start: start + Self.settlingTime, lead: frame * Self.framesAhead)
    }
}
