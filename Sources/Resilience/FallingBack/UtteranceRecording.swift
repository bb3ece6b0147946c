import Flow
import Synchronization
import VoiceAPI

/// An utterance that can be read again from its beginning while it is still being spoken.
///
/// One writer, any number of readers. What goes beyond `limit` is dropped and ends the recording: no conversation
/// lets a person speak that long.
final class UtteranceRecording: Sendable {
    private struct State {
        var frames: [AudioFrame] = []
        var length = Duration.zero
        var endedAt: Duration?
        /// Opened at the next change and then replaced.
        var change = Latch()

        mutating func renewChange() -> Latch {
            defer { change = Latch() }
            return change
        }
    }

    private let limit: Duration
    private let clock: SessionClock
    private let state = Mutex(State())
    /// Opens when the last frame is in.
    let ended = Latch()

    init(limit: Duration, clock: SessionClock) {
        self.limit = limit
        self.clock = clock
    }

    /// When the speech ended; nil while it goes on.
    var endedAt: Duration? { state.withLock { $0.endedAt } }

    /// - Returns: false when the recording is full or finished; the frame is dropped then.
    func append(_ frame: AudioFrame) -> Bool {
        let change = state.withLock { state -> Latch? in
            guard state.endedAt == nil, state.length + frame.duration <= limit else { return nil }
            state.frames.append(frame)
            state.length += frame.duration
            return state.renewChange()
        }
        change?.open()
        return change != nil
    }

    func finish() {
        let now = clock.now
        let change = state.withLock { state in
            state.endedAt = state.endedAt ?? now
            return state.renewChange()
        }
        change.open()
        ended.open()
    }

    /// The recording from its first frame on; waits for what is still to come.
    func replay() -> Replay { Replay(recording: self) }

    /// - Returns: the frame, or what to wait for; nil and nil at the end.
    fileprivate func frame(at index: Int) -> (frame: AudioFrame?, change: Latch?) {
        state.withLock { state in
            if index < state.frames.count { return (state.frames[index], nil) }
            return (nil, state.endedAt == nil ? state.change : nil)
        }
    }

    struct Replay: AsyncSequence, Sendable {
        typealias Element = AudioFrame
        typealias Failure = Never
        let recording: UtteranceRecording

        struct Iterator: AsyncIteratorProtocol {
            let recording: UtteranceRecording
            var index = 0

            mutating func next() async -> AudioFrame? {
                while !Task.isCancelled {
                    let (frame, change) = recording.frame(at: index)
                    if let frame {
                        index += 1
                        return frame
                    }
                    guard let change else { return nil }
                    await change.wait()
                }
                return nil
            }

            mutating func next(isolation actor: isolated (any Actor)?) async -> AudioFrame? { await next() }
        }

        func makeAsyncIterator() -> Iterator { Iterator(recording: recording) }
    }
}
