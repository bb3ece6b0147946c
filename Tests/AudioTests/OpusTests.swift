import Audio
import Testing
import VoiceAPI

@Suite struct OpusTests {
    static func tone(_ frequency: Double, milliseconds: Int, rate: Int, level: Double = 8000) -> [Int16] {
        (0..<(rate * milliseconds / 1000)).map { index in
            // A triangle: no trigonometry needed, its pitch is what matters.
            let phase = (Double(index) * frequency / Double(rate)).truncatingRemainder(dividingBy: 1)
            return Int16((phase < 0.5 ? 4 * phase - 1 : 3 - 4 * phase) * level)
        }
    }

    /// Rising zero crossings per second.
    static func pitch(_ samples: some Collection<Int16>, rate: Int) -> Double {
        let crossings = zip(samples, samples.dropFirst()).count { $0 < 0 && $1 >= 0 }
        return Double(crossings) / Double(samples.count) * Double(rate)
    }

    @Test(arguments: [20, 40, 60])
    func `statement 17: a packet decodes to its true duration and keeps its sound`(milliseconds: Int) throws {
        var encoder = try OpusEncoder(sampleRate: 16_000, frameDuration: milliseconds)
        var decoder = try OpusDecoder(sampleRate: 16_000)
        let sound = Self.tone(440, milliseconds: 1200, rate: 16_000)
        var heard: [Int16] = []
        for start in stride(from: 0, to: sound.count, by: encoder.samplesPerFrame) {
            let packet = try encoder.encode(sound[start..<start + encoder.samplesPerFrame])
            #expect(OpusPacket.duration(of: packet[...]) == .milliseconds(milliseconds))
            let samples = try decoder.decode(packet[...])
            #expect(samples.count == 16 * milliseconds)
            heard += samples
        }
        #expect(abs(Self.pitch(heard.dropFirst(4000), rate: 16_000) - 440) < 10)
    }

    /// The codec a packet is made with, as its first byte says: CELT from 16 on, SILK and hybrid below (RFC 6716 §3.1).
    private static func isCELT(_ packet: [UInt8]) -> Bool { (packet.first ?? 0) >> 3 >= 16 }

    @Test
    func `music gets the codec for music, speech before and after it the one for speech, and one decoder hears all`()
        throws
    {
        var encoder = try SpeechEncoder()
        var decoder = try OpusDecoder(sampleRate: 24_000)
        var isMusic: [Bool] = []
        for kind in [SoundKind.speech, .music, .speech] {
            encoder.expect(kind, complexity: 5)
            var heard: [Int16] = []
            let sound = Self.tone(440, milliseconds: 3000, rate: 44_100)
            try encoder.append(AudioFrame(sampleRate: 44_100, samples: sound[...]))
            encoder.finish()
            let packets = try encoder.packets()
            for packet in packets {
                #expect(OpusPacket.duration(of: packet[...]) == .milliseconds(60))
                heard += try decoder.decode(packet[...])
            }
            isMusic.append(packets.last.map(Self.isCELT) ?? false)
            #expect(abs(Self.pitch(heard[12_000..<60_000], rate: 24_000) - 440) < 5)
        }
        #expect(isMusic == [false, true, false])
    }

    @Test func `music takes complexity 3 at most, speech what it is given`() throws {
        func packets(_ kind: SoundKind, _ complexity: Int) throws -> [[UInt8]] {
            var encoder = try SpeechEncoder()
            encoder.expect(kind, complexity: complexity)
            try encoder.append(
                AudioFrame(sampleRate: 24_000, samples: Self.tone(440, milliseconds: 1200, rate: 24_000)[...]))
            return try encoder.packets()
        }
        #expect(try packets(.music, 8) == packets(.music, 3))
        #expect(try packets(.music, 0) != packets(.music, 3))
        #expect(try packets(.speech, 8) != packets(.speech, 3))
    }

    @Test(
        arguments: [
            ([0x00], 480), ([0x08], 960), ([0x10], 1920), ([0x18], 2880), ([0x60], 480), ([0x68], 960), ([0x80], 120),
            ([0x98], 960), ([0x99, 1, 2], 1920), ([0x9B, 3], 2880),
        ] as [([UInt8], Int)])
    func `a packet's first bytes tell its length`(bytes: [UInt8], samples: Int) {
        #expect(OpusPacket.sampleCount(of: bytes[...], at: 48_000) == samples)
    }

    @Test(arguments: [[], [0x03], [0x9B, 0], [0x1B, 63]] as [[UInt8]])
    func `a malformed packet has no length`(bytes: [UInt8]) {
        #expect(OpusPacket.sampleCount(of: bytes[...], at: 48_000) == nil)
    }

    @Test func `garbage never crashes the decoder`() throws {
        var decoder = try OpusDecoder()
        var state: UInt64 = 3
        for _ in 0..<5000 {
            state = state &* 6_364_136_223_846_793_005 &+ 1
            let packet = (0..<Int(state >> 56)).map { UInt8(truncatingIfNeeded: (state >> 20) &* UInt64($0 + 1) >> 3) }
            _ = try? decoder.decode(packet[...])
        }
        decoder.reset()
    }

    @Test(arguments: [8000, 16_000, 22_050, 24_000, 44_100, 48_000])
    func `speech of any rate becomes whole packets of its own length`(rate: Int) throws {
        var encoder = try SpeechEncoder()
        var decoder = try OpusDecoder(sampleRate: 24_000)
        var packets: [[UInt8]] = []
        let sound = Self.tone(300, milliseconds: 1000, rate: rate)
        for start in stride(from: 0, to: sound.count, by: 1000) {
            let chunk = sound[start..<min(start + 1000, sound.count)]
            try encoder.append(AudioFrame(sampleRate: rate, samples: chunk))
            packets += try encoder.packets()
        }
        encoder.finish()
        packets += try encoder.packets()
        #expect(packets.count == 17)
        var heard: [Int16] = []
        for packet in packets { heard += try decoder.decode(packet[...]) }
        #expect(abs(Self.pitch(heard[3000..<21_000], rate: 24_000) - 300) < 10)
    }

    @Test func `changing the rate keeps length and pitch, and makes no clicks`() throws {
        var resampler = try Resampler(from: 22_050, to: 16_000)
        let sound = Self.tone(500, milliseconds: 1000, rate: 22_050)
        var output: [Int16] = []
        for start in stride(from: 0, to: sound.count, by: 441) {
            output += resampler.process(sound[start..<min(start + 441, sound.count)])
        }
        output += resampler.flush()
        #expect(abs(output.count - 16_000) <= 2)
        #expect(abs(Self.pitch(output, rate: 16_000) - 500) < 5)
        let steps = zip(output, output.dropFirst()).map { abs(Int($0) - Int($1)) }
        #expect((steps.max() ?? 0) < 2000)
    }
}
