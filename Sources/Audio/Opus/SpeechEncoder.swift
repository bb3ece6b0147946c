public import VoiceAPI

/// Audio of any rate in, Opus packets of one length out: the last step before playout.
public struct SpeechEncoder: ~Copyable {
    private var encoder: OpusEncoder
    private var resampler: Resampler?
    private var pending: [Int16] = []
    /// Samples at the front of `pending` that are in a packet already.
    private var encoded = 0
    private let sampleRate: Int
    private var kind = SoundKind.speech

    /// Of the resampler. Two passes what is below 10.5 kHz (its filter: KAISER6, 0.882), enough for 24 kbit/s of Opus and
    /// a small speaker, for less than half the work of five.
    private var quality: Int { kind == .music ? 2 : 5 }

    /// Above this CELT, the codec for music, buys nothing that a small speaker plays: a packet of 60 ms costs 80 µs at 3
    /// and 125 at 5.
    private static let musicComplexity = 3

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

    /// Says what the next sentence or song is and how much effort it may take; call it between two of them.
    ///
    /// - Parameter complexity: 0 (fast) to 10. Music takes less by itself, see `musicComplexity`.
    public mutating func expect(_ kind: SoundKind, complexity: Int) {
        self.kind = kind
        encoder.expect(kind)
        encoder.set(complexity: kind == .music ? min(complexity, Self.musicComplexity) : complexity)
    }

    /// Takes audio in; `nextPacket` gives what is full.
    public mutating func append(_ frame: AudioFrame) throws(AudioError) {
        forgetEncoded()
        guard frame.sampleRate != sampleRate else {
            pending += frame.samples
            return
        }
        if resampler?.inputRate != frame.sampleRate {
            resampler = try Resampler(from: frame.sampleRate, to: sampleRate, quality: quality)
        }
        if let samples = resampler?.process(frame.samples) { pending += samples }
    }

    /// Ends a sentence: its last packet is filled up with silence.
    public mutating func finish() {
        forgetEncoded()
        if let tail = resampler?.flush() { pending += tail }
        resampler = nil
        let excess = pending.count % encoder.samplesPerFrame
        if excess > 0 { pending += [Int16](repeating: 0, count: encoder.samplesPerFrame - excess) }
    }

    /// Encodes one packet, about 0.1 ms of work, so that the caller can let others run in between.
    ///
    /// - Returns: nil while there is less audio than a packet holds.
    public mutating func nextPacket() throws(AudioError) -> [UInt8]? {
        let end = encoded + encoder.samplesPerFrame
        guard end <= pending.count else { return nil }
        defer { encoded = end }
        return try encoder.encode(pending[encoded..<end])
    }

    /// All packets that are full: for callers who need not be fair.
    public mutating func packets() throws(AudioError) -> [[UInt8]] {
        var packets: [[UInt8]] = []
        while let packet = try nextPacket() { packets.append(packet) }
        return packets
    }

    private mutating func forgetEncoded() {
        pending.removeFirst(encoded)
        encoded = 0
    }
}
