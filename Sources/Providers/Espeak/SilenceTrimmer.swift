import VoiceAPI

/// Takes the silence off both ends of a sentence while it streams: pauses inside stay, and so does a breath at the end.
struct SilenceTrimmer {
    private var held: [Int16] = []
    private var hasBegun = false
    private var sampleRate = 0

    /// Below this magnitude nothing is heard.
    private static let threshold = 40
    /// Kept behind the last sound, in milliseconds.
    private static let tail = 120

    /// - Returns: what is certainly part of the sentence.
    mutating func push(_ frame: AudioFrame) -> AudioFrame? {
        sampleRate = frame.sampleRate
        held += frame.samples
        if !hasBegun {
            guard let first = held.firstIndex(where: { $0.magnitude > Self.threshold }) else {
                held.removeAll(keepingCapacity: true)
                return nil
            }
            held.removeFirst(first)
            hasBegun = true
        }
        guard let last = held.lastIndex(where: { $0.magnitude > Self.threshold }) else { return nil }
        let samples = Array(held[...last])
        held.removeFirst(last + 1)
        return AudioFrame(sampleRate: sampleRate, samples: samples)
    }

    /// The breath at the end.
    mutating func finish() -> AudioFrame? {
        guard hasBegun, sampleRate > 0 else { return nil }
        let samples = Array(held.prefix(sampleRate * Self.tail / 1000))
        return samples.isEmpty ? nil : AudioFrame(sampleRate: sampleRate, samples: samples)
    }
}
