import VoiceAPI

/// The last moments before speech was noticed, so that the first syllable is not lost.
struct PreRoll {
    private var frames: [AudioFrame] = []
    private var length = Duration.zero
    private let limit: Duration

    /// - Parameter limit: audio kept; the reference keeps 600 ms.
    init(limit: Duration = .milliseconds(600)) {
        self.limit = limit
    }

    mutating func append(_ frame: AudioFrame) {
        frames.append(frame)
        length += frame.duration
        while let first = frames.first, length - first.duration >= limit {
            length -= first.duration
            frames.removeFirst()
        }
    }

    /// The frames in order; the pre-roll is empty afterwards.
    mutating func take() -> [AudioFrame] {
        defer { clear() }
        return frames
    }

    mutating func clear() {
        frames.removeAll(keepingCapacity: true)
        length = .zero
    }
}
