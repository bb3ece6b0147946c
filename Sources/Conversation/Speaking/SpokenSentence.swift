import Flow
import Synchronization
import VoiceAPI

/// A sentence while its voice is being made: synthesis writes, encoding reads.
final class SpokenSentence: Sendable {
    private struct State {
        var hasAudio = false
        var failure: (any Error)?
    }
    let sentence: Sentence
    /// Bounded in milliseconds; synthesis waits while it is full.
    let audio: BoundedQueue<TrackPiece>
    /// Under which the cache is to keep it; nil: it is not.
    let key: SpeechKey?
    private let state = Mutex(State())

    init(_ sentence: Sentence, audioLimit: Int, key: SpeechKey? = nil) {
        self.sentence = sentence
        self.key = key
        audio = BoundedQueue(limit: audioLimit)
    }

    var hasAudio: Bool { state.withLock { $0.hasAudio } }
    var failure: (any Error)? { state.withLock { $0.failure } }

    func append(_ frame: AudioFrame) async {
        state.withLock { $0.hasAudio = true }
        await audio.send(.frame(frame), weight: frame.duration.milliseconds)
    }

    /// - Parameter milliseconds: the packet's length.
    func append(packet: [UInt8], milliseconds: Int) async {
        state.withLock { $0.hasAudio = true }
        await audio.send(.packet(packet), weight: milliseconds)
    }

    func fail(_ error: any Error) { state.withLock { $0.failure = error } }
}
