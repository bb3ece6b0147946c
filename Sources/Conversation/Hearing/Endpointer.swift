/// Finds the beginning and the end of an utterance in a row of speech probabilities. Pure; one step per 32 ms window.
///
/// Hysteresis and settings are the reference server's (`VAD.SileroVAD`): a window at or above `threshold` is voice, one
/// at or below `lowThreshold` is not, one between is what the last was. Unlike the reference it decides in every
/// window and counts audio time, so the end comes exactly when the configured silence has passed.
package struct Endpointer: Sendable, Equatable {
    package struct Configuration: Sendable, Equatable {
        package var threshold: Float = 0.5
        package var lowThreshold: Float = 0.3
        /// Silence that ends an utterance, in milliseconds of audio.
        package var minimumSilence = 500
        /// Voiced windows among the last five that begin an utterance.
        package var onsetWindows = 3
        package init() {}
    }

    package enum Event: Sendable, Equatable {
        case none, started, ended
    }

    /// Milliseconds per window.
    package static let windowMilliseconds = 32
    private static let onsetMemory = 5

    private let configuration: Configuration
    private var wasVoice = false
    private var recent: [Bool] = []
    private var silence = 0
    package private(set) var isSpeaking = false
    /// Milliseconds of audio from the first voiced window of the last utterance to the decision that it is one.
    package private(set) var onsetMilliseconds = 0

    package init(_ configuration: Configuration = .init()) {
        self.configuration = configuration
    }

    /// Whether the last window held voice.
    package var heardVoice: Bool { wasVoice }

    /// - Parameter probability: of speech in the next window, 0…1.
    package mutating func advance(_ probability: Float) -> Event {
        if probability >= configuration.threshold {
            wasVoice = true
        } else if probability <= configuration.lowThreshold {
            wasVoice = false
        }
        return isSpeaking ? advanceSpeech() : advanceSilence()
    }

    private mutating func advanceSilence() -> Event {
        recent.append(wasVoice)
        if recent.count > Self.onsetMemory { recent.removeFirst() }
        guard recent.count(where: { $0 }) >= configuration.onsetWindows else { return .none }
        isSpeaking = true
        silence = 0
        let first = recent.firstIndex(of: true) ?? 0
        onsetMilliseconds = (recent.count - first) * Self.windowMilliseconds
        recent.removeAll(keepingCapacity: true)
        return .started
    }

    private mutating func advanceSpeech() -> Event {
        silence = wasVoice ? 0 : silence + Self.windowMilliseconds
        guard silence >= configuration.minimumSilence else { return .none }
        reset()
        return .ended
    }

    /// Back to waiting for speech.
    package mutating func reset() {
        isSpeaking = false
        wasVoice = false
        silence = 0
        recent.removeAll(keepingCapacity: true)
    }
}
