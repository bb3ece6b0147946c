import Audio
import Testing
import VoiceAPI

@Suite struct ContainerTests {
    private func read(_ bytes: [UInt8], chunk: Int) throws -> (samples: [Int16], rate: Int) {
        var parser = WAVStreamParser()
        var samples: [Int16] = []
        var rate = 0
        for start in stride(from: 0, to: bytes.count, by: chunk) {
            if let frame = try parser.push(bytes[start..<min(start + chunk, bytes.count)]) {
                samples += frame.samples
                rate = frame.sampleRate
            }
        }
        return (samples, rate)
    }

    @Test(arguments: [1, 7, 44, 100_000])
    func `what is written as WAV is read again, however it is cut`(chunk: Int) throws {
        let samples = (0..<999).map { Int16($0 * 13 % 30_000 - 15_000) }
        let (read, rate) = try read(WAVWriter.encode(samples, sampleRate: 22_050), chunk: chunk)
        #expect(read == samples)
        #expect(rate == 22_050)
    }

    @Test(arguments: [0, 0xFFFF_FFFF, 0x7FFF_F024] as [UInt32])
    func `a length that a streaming writer left open means until the end`(length: UInt32) throws {
        var bytes = WAVWriter.encode([1, 2, 3, 4], sampleRate: 16_000)
        for index in 0..<4 { bytes[40 + index] = UInt8(truncatingIfNeeded: length >> (8 * index)) }
        #expect(try read(bytes, chunk: 10).samples == [1, 2, 3, 4])
    }

    @Test func `unknown chunks are skipped and stereo becomes mono`() throws {
        var bytes = Array("RIFF\u{0}\u{0}\u{0}\u{0}WAVELIST".utf8) + [3, 0, 0, 0, 1, 2, 3, 0]
        bytes += Array("fmt ".utf8) + [16, 0, 0, 0, 1, 0, 2, 0, 0x80, 0x3E, 0, 0, 0, 0xFA, 0, 0, 4, 0, 16, 0]
        bytes += Array("data".utf8) + [8, 0, 0, 0, 100, 0, 200, 0, 0, 1, 0, 3]
        #expect(try read(bytes, chunk: 5).samples == [150, 512])
    }

    @Test(arguments: ["not a wav file at all", "RIFF1234AVI LIST", "RIFF1234WAVEdata\u{4}\u{0}\u{0}\u{0}abcd"])
    func `what is no WAV is refused`(text: String) {
        #expect(throws: AudioError.self) { try read(Array(text.utf8), chunk: 100) }
    }

    @Test func `an odd byte waits for its other half`() throws {
        let decoder = try AudioStreamDecoder(.pcm(sampleRate: 24_000))
        #expect(try decoder.push([1]).isEmpty)
        #expect(try decoder.push([0, 2]).map(\.samples) == [[1]])
        #expect(try decoder.push([0]).map(\.samples) == [[2]])
    }

    @Test func `the first bytes tell WAV from PCM`() throws {
        let wav = try AudioStreamDecoder(.sniffed(pcmRate: 8000))
        #expect(try wav.push(WAVWriter.encode([5, 6], sampleRate: 16_000)).first?.sampleRate == 16_000)
        let pcm = try AudioStreamDecoder(.sniffed(pcmRate: 8000))
        #expect(try pcm.push([1, 0, 2, 0]).first == AudioFrame(sampleRate: 8000, samples: [1, 2]))
    }
}
