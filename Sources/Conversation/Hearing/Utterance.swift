package import Flow
import Synchronization
package import VoiceAPI

/// One thing a person says, while it is being said: the listener puts audio in, the recognizer reads it.
package final class Utterance: Sendable {
    private struct State {
        var length = Duration.zero
        var lastFrame: Duration
        var lastVoice: Duration?
        var end: Duration?
    }

    /// 16 kHz frames, bounded in milliseconds by the longest utterance.
    package let audio: BoundedQueue<AudioFrame>
    /// Opens when the last frame is in.
    package let ended = Latch()
    /// When it began, and by when it is over even if no audio comes.
    let began: Duration
    var deadline: Duration { began + limit }
    private let clock: SessionClock
    private let limit: Duration
    private let state: Mutex<State>

    /// - Parameter limit: how long it may be, in audio and by the clock.
    init(clock: SessionClock, limit: Duration) {
        self.clock = clock
        began = clock.now
        self.limit = limit
        audio = BoundedQueue(limit: limit.milliseconds + 1000)
        state = Mutex(State(lastFrame: began))
    }

    /// Adds audio that just arrived.
    ///
    /// - Returns: false when the utterance is as long as it may be.
    func append(_ frame: AudioFrame, isVoice: Bool) -> Bool {
        let now = clock.now
        guard audio.offer(frame, weight: frame.duration.milliseconds) else { return false }
        return state.withLock { state in
            state.length += frame.duration
            state.lastFrame = now
            if isVoice { state.lastVoice = now }
            return state.length < limit
        }
    }

    /// The person has finished.
    func finish() {
        let now = clock.now
        state.withLock { $0.end = $0.end ?? now }
        audio.finish()
        ended.open()
    }

    var length: Duration { state.withLock { $0.length } }
    var lastFrame: Duration { state.withLock { $0.lastFrame } }
    var lastVoice: Duration? { state.withLock { $0.lastVoice } }
    var end: Duration? { state.withLock { $0.end } }
}

extension Duration {
    /// Whole milliseconds, rounded down.
    package var milliseconds: Int {
        Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }
}
