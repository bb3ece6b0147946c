import COpus

/// What is to be encoded. Opus has a codec for each; the one for speech costs three times the work on music.
public enum SoundKind: Sendable {
    case speech, music
}

/// libopus, mono. About 44 KB of memory; 60 ms of speech with its pauses at 24 kHz cost 57, 114 or 571 µs at complexity
/// 0, 5 or 10.
public struct OpusEncoder: ~Copyable {
    private let handle: OpaquePointer
    /// Samples in one packet.
    public let samplesPerFrame: Int

    /// RFC 6716 allows no larger packet for one frame of 60 ms and less in three.
    private static let maximumPacket = 1275 * 3

    /// - Parameters:
    ///   - sampleRate: 8000, 12000, 16000, 24000 or 48000.
    ///   - frameDuration: milliseconds per packet: 5, 10, 20, 40, 60, 80, 100 or 120.
    ///   - bitrate: bits per second; nil lets libopus choose.
    ///   - complexity: 0 (fast) to 10.
    ///   - dtx: send next to nothing in silence, as devices do.
    public init(
        sampleRate: Int = 24_000, frameDuration: Int = 60, bitrate: Int? = 24_000, complexity: Int = 5,
        dtx: Bool = false
    ) throws(AudioError) {
        var status: Int32 = 0
        guard let handle = opus_encoder_create(Int32(clamping: sampleRate), 1, OPUS_APPLICATION_VOIP, &status),
            status == OPUS_OK
        else { throw AudioError(.codecUnavailable, "no Opus encoder for \(sampleRate) Hz: \(opusMessage(status))") }
        self.handle = handle
        samplesPerFrame = sampleRate * frameDuration / 1000
        _ = yuyan_opus_encoder_set(handle, OPUS_SET_COMPLEXITY_REQUEST, Int32(clamping: complexity))
        _ = yuyan_opus_encoder_set(handle, OPUS_SET_SIGNAL_REQUEST, OPUS_SIGNAL_VOICE)
        _ = yuyan_opus_encoder_set(handle, OPUS_SET_DTX_REQUEST, dtx ? 1 : 0)
        if let bitrate { _ = yuyan_opus_encoder_set(handle, OPUS_SET_BITRATE_REQUEST, Int32(clamping: bitrate)) }
    }

    deinit { opus_encoder_destroy(handle) }

    /// Says what comes from the next packet on; speech without it. A decoder follows by itself, without a click.
    public mutating func expect(_ kind: SoundKind) {
        let signal = kind == .music ? OPUS_SIGNAL_MUSIC : OPUS_SIGNAL_VOICE
        _ = yuyan_opus_encoder_set(handle, OPUS_SET_SIGNAL_REQUEST, signal)
    }

    /// Changes the effort from the next packet on, 0 to 10.
    public mutating func set(complexity: Int) {
        _ = yuyan_opus_encoder_set(handle, OPUS_SET_COMPLEXITY_REQUEST, Int32(clamping: complexity))
    }

    /// - Parameter samples: exactly `samplesPerFrame`.
    /// - Returns: one packet.
    public mutating func encode(_ samples: ArraySlice<Int16>) throws(AudioError) -> [UInt8] {
        guard samples.count == samplesPerFrame else {
            throw AudioError(.invalidData, "an Opus frame has \(samplesPerFrame) samples, not \(samples.count)")
        }
        var status: Int32 = 0
        let packet = [UInt8](unsafeUninitializedCapacity: Self.maximumPacket) { buffer, count in
            status = samples.withUnsafeBufferPointer { input in
                guard let source = input.baseAddress, let target = buffer.baseAddress else { return OPUS_BAD_ARG }
                return opus_encode(handle, source, Int32(samplesPerFrame), target, Int32(buffer.count))
            }
            count = Int(max(status, 0))
        }
        guard status >= 0 else { throw AudioError(.invalidData, "Opus encoding failed: \(opusMessage(status))") }
        // The scratch space is larger than a packet by far; a queue should hold the packet only.
        return Array(packet[...])
    }
}
