public import VoiceAPI

/// Decodes speech that arrives as bytes: raw PCM, WAV or MP3.
public final class AudioStreamDecoder {
    /// What the bytes are.
    public enum Format: Sendable, Equatable {
        /// 16-bit little-endian mono at a rate in Hz.
        case pcm(sampleRate: Int)
        case wav
        case mp3
        /// WAV or MP3 by its first bytes, else PCM at this rate.
        case sniffed(pcmRate: Int)
    }

    private enum Decoder {
        case undecided(pcmRate: Int)
        case pcm(sampleRate: Int)
        case wav(WAVStreamParser)
        case mp3(MP3StreamDecoder)
    }

    private var decoder: Decoder
    private var held: [UInt8] = []

    public init(_ format: Format) throws(AudioError) {
        switch format {
        case .pcm(let rate): decoder = .pcm(sampleRate: rate)
        case .wav: decoder = .wav(WAVStreamParser())
        case .mp3: decoder = .mp3(try MP3StreamDecoder())
        case .sniffed(let rate): decoder = .undecided(pcmRate: rate)
        }
    }

    public func push(_ bytes: [UInt8]) throws(AudioError) -> [AudioFrame] {
        switch decoder {
        case .undecided(let rate):
            held += bytes
            guard held.count >= 4 else { return [] }
            if held.starts(with: "RIFF".utf8) {
                decoder = .wav(WAVStreamParser())
            } else if held.starts(with: "ID3".utf8) || (held[0] == 0xFF && held[1] & 0xE0 == 0xE0) {
                decoder = .mp3(try MP3StreamDecoder())
            } else {
                decoder = .pcm(sampleRate: rate)
            }
            let first = held
            held = []
            return try push(first)
        case .pcm(let rate):
            // A chunk may end in the middle of a sample.
            held += bytes
            let count = held.count / 2
            guard count > 0 else { return [] }
            let samples = (0..<count).map { Int16(bitPattern: held.littleEndian(UInt16.self, at: $0 * 2)) }
            held.removeFirst(count * 2)
            return [AudioFrame(sampleRate: rate, samples: samples)]
        case .wav(var parser):
            let frame = try parser.push(bytes)
            decoder = .wav(parser)
            return frame.map { [$0] } ?? []
        case .mp3(let mp3): return try mp3.push(bytes)
        }
    }
}
