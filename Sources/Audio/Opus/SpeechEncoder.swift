public import VoiceAPI

/// Audio of any rate in, Opus packets of one length out: the last step before playout.
public struct SpeechEncoder: ~Copyable {
    private var encoder: OpusEncoder
    private var resampler: Resampler?
    private var pending: [Int16] = []
    private let sampleRate: Int
    private var kind = SoundKind.speech

    /// Of the resampler. Three passes what is below 11 kHz (its filter: KAISER8, 0.917), enough for 24 kbit/s
    /// of Opus and a small speaker, for half the work of five.
    private var quality: Int { kind == .music ? 3 : 5 }

    /// - Parameters:
    ///   - sampleRate: of the packets, in Hz.
    ///   - frameDuration: milliseconds per packet.
    ///   - bitrate: bits per second.
    ///   - complexity: 0 (fast) to 10.
    public init(
        sampleRate: Int = 24_000, frameDuration: Int = 60, bitrate: Int = 24_000, complexity: Int = 5
    ) throws(AudioError) {
        encoder = try OpusEncoder(
            sampleRate: sampleRate, frameDuration: frameDuration, bitrate: bitrate, complexity: complexity)
        self.sampleRate = sampleRate
    }

    /// Says what the next sentence is; call it between two of them.
    public mutating func expect(_ kind: SoundKind) {
        guard kind != self.kind else { return }
        self.kind = kind
        encoder.expect(kind)
    }

    /// - Returns: the packets that are full now; the rest waits for more audio.
    public mutating func encode(_ frame: AudioFrame) throws(AudioError) -> [[UInt8]] {
        if frame.sampleRate == sampleRate {
            pending += frame.samples
        } else {
            if resampler?.inputRate != frame.sampleRate {
                resampler = try Resampler(from: frame.sampleRate, to: sampleRate, quality: quality)
            }
            if let samples = resampler?.process(frame.samples) { pending += samples }
        }
        return try drain()
    }

    /// Ends a sentence: the last packet is filled up with silence.
    public mutating func finish() throws(AudioError) -> [[UInt8]] {
        if let tail = resampler?.flush() { pending += tail }
        resampler = nil
        let excess = pending.count % encoder.samplesPerFrame
        if excess > 0 { pending += [Int16](repeating: 0, count: encoder.samplesPerFrame - excess) }
        return try drain()
    }

    private mutating func drain() throws(AudioError) -> [[UInt8]] {
        var packets: [[UInt8]] = []
        var start = 0
        while pending.count - start >= encoder.samplesPerFrame {
            packets.append(try encoder.encode(pending[start..<start + encoder.samplesPerFrame]))
            start += encoder.samplesPerFrame
        }
        if start > 0 { pending.removeFirst(start) }
        return packets
    }
}
