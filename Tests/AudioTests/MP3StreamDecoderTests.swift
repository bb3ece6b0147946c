import Audio
import Foundation
import Testing
import VoiceAPI

@Suite struct MP3StreamDecoderTests {
    /// One second of a 440 Hz sine, stereo, made with lame.
    private static let tone = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "Fixtures/tone-440hz-stereo.mp3")

    @Test(arguments: [17, 500, 100_000])
    func `MP3 is decoded as it arrives, mixed to mono`(chunk: Int) throws {
        let bytes = [UInt8](try Data(contentsOf: Self.tone))
        let decoder = try AudioStreamDecoder(.sniffed(pcmRate: 8000))
        var samples: [Int16] = []
        var rate = 0
        for start in stride(from: 0, to: bytes.count, by: chunk) {
            for frame in try decoder.push(Array(bytes[start..<min(start + chunk, bytes.count)])) {
                samples += frame.samples
                rate = frame.sampleRate
            }
        }
        #expect(samples.count > rate * 9 / 10)
        #expect(abs(OpusTests.pitch(samples[(rate / 4)..<(rate * 3 / 4)], rate: rate) - 440) < 10)
    }

    @Test func `garbage never becomes endless silence`() throws {
        let decoder = try MP3StreamDecoder()
        let garbage = (0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 37) }
        #expect(throws: AudioError.self) { for _ in 0..<600 { _ = try decoder.push(garbage) } }
    }
}
