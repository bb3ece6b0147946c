/// What an Opus packet says about itself in its first bytes (RFC 6716, section 3), without a decoder.
public enum OpusPacket {
    /// Whether the encoder had nothing to say: DTX packets have one to three bytes.
    public static func isDTX(_ packet: ArraySlice<UInt8>) -> Bool { packet.count <= 3 }

    /// How long the packet lasts, in samples at a rate; nil when it is malformed or longer than the 120 ms allowed.
    public static func sampleCount(of packet: ArraySlice<UInt8>, at sampleRate: Int) -> Int? {
        guard let first = packet.first else { return nil }
        let frames: Int
        switch first & 3 {
        case 0: frames = 1
        case 1, 2: frames = 2
        default:
            guard packet.count >= 2 else { return nil }
            frames = Int(packet[packet.startIndex + 1] & 0x3F)
        }
        let samples = frames * samplesPerFrame(first >> 3, at: sampleRate)
        guard frames > 0, samples * 25 <= sampleRate * 3 else { return nil }
        return samples
    }

    /// How long the packet lasts; nil when it is malformed.
    public static func duration(of packet: ArraySlice<UInt8>) -> Duration? {
        sampleCount(of: packet, at: 48_000).map { .microseconds($0 * 1000 / 48) }
    }

    /// The table of configurations: SILK 10…60 ms, hybrid 10 and 20 ms, CELT 2.5…20 ms.
    private static func samplesPerFrame(_ configuration: UInt8, at sampleRate: Int) -> Int {
        switch configuration {
        case 0..<12:
            let index = configuration & 3
            return index == 3 ? sampleRate * 60 / 1000 : (sampleRate / 100) << Int(index)
        case 12..<16: return configuration & 1 == 0 ? sampleRate / 100 : sampleRate / 50
        default: return (sampleRate / 400) << Int(configuration & 3)
        }
    }
}
