/// When the next audio frame may leave, so that the device always holds a little and never too much. Pure.
///
/// A board drops new packets silently once forty wait; the reference sends five ahead of real time and so do we
/// (conformance statement 28). If the voice falls behind, the clock starts over from the late frame: lost time is not
/// caught up with a burst.
struct PlayoutClock: Equatable {
    /// When the device will have played everything sent so far.
    private(set) var playbackEnd: Duration
    private var hasStarted = false
    private let lead: Duration

    /// - Parameters:
    ///   - start: the earliest moment for the first frame (100 ms after `tts start`, statement 26).
    ///   - lead: audio the device may hold; five frames.
    init(start: Duration, lead: Duration) {
        playbackEnd = start
        self.lead = lead
    }

    /// The earliest moment for a frame of this length.
    func sendTime(of frame: Duration) -> Duration {
        hasStarted ? playbackEnd + frame - lead : playbackEnd
    }

    /// How late a frame leaves at `now`: after its time, and after it was there to be sent. What a slow model or voice
    /// costs is no lateness but a `gap`; lateness is this server's own.
    ///
    /// - Parameter ready: when playout had the frame in hand.
    func lateness(of frame: Duration, ready: Duration, at now: Duration) -> Duration {
        max(.zero, now - max(sendTime(of: frame), ready))
    }

    /// How long the device has had nothing to play at `now`; zero before the first frame.
    func gap(at now: Duration) -> Duration { hasStarted ? max(.zero, now - playbackEnd) : .zero }

    /// A frame left at `now`.
    mutating func sent(_ frame: Duration, at now: Duration) {
        hasStarted = true
        playbackEnd = max(playbackEnd, now) + frame
    }

    /// Audio the device still holds at `now`.
    func unplayed(at now: Duration) -> Duration { hasStarted ? max(.zero, playbackEnd - now) : .zero }
}
