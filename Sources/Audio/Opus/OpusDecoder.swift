import COpus

/// libopus, mono. About 18 KB of memory, 29 µs for 60 ms at 16 kHz.
public struct OpusDecoder: ~Copyable {
    private let handle: OpaquePointer
    private let sampleRate: Int

    /// - Parameter sampleRate: 8000, 12000, 16000, 24000 or 48000; Opus decodes any stream at any of them.
    public init(sampleRate: Int = 16_000) throws(AudioError) {
        var status: Int32 = 0
        guard let handle = opus_decoder_create(Int32(clamping: sampleRate), 1, &status), status == OPUS_OK else {
            throw AudioError(.codecUnavailable, "no Opus decoder for \(sampleRate) Hz: \(opusMessage(status))")
        }
        self.handle = handle
        self.sampleRate = sampleRate
    }

    deinit { opus_decoder_destroy(handle) }

    /// Decodes one packet to as many samples as it holds.
    ///
    /// - Throws: `AudioError.invalidData` when the packet is not Opus.
    public mutating func decode(_ packet: ArraySlice<UInt8>) throws(AudioError) -> [Int16] {
        guard let capacity = OpusPacket.sampleCount(of: packet, at: sampleRate) else {
            throw AudioError(.invalidData, "not an Opus packet (\(packet.count) bytes)")
        }
        var status: Int32 = 0
        let samples = [Int16](unsafeUninitializedCapacity: capacity) { buffer, count in
            guard let target = buffer.baseAddress else { return }
            status = packet.withUnsafeBufferPointer {
                opus_decode(handle, $0.baseAddress, Int32($0.count), target, Int32(capacity), 0)
            }
            count = Int(max(status, 0))
        }
        guard status >= 0 else { throw AudioError(.invalidData, "broken Opus packet: \(opusMessage(status))") }
        return samples
    }

    /// Forgets the stream so far.
    public mutating func reset() { _ = yuyan_opus_decoder_reset(handle) }
}

func opusMessage(_ status: Int32) -> String { String(cString: opus_strerror(status)) }
