import Audio
import CSndFile
import Foundation
import Testing
import VoiceAPI

/// Files are made by the library that reads them; MP3 and Vorbis encoders are in it.
@Suite struct SoundFileTests {
    enum Kind: String, CaseIterable, Sendable {
        case wav, flac, vorbis, opus, mp3, floatWAV

        var format: Int32 {
            let (container, coding) =
                switch self {
                case .wav: (SF_FORMAT_WAV, SF_FORMAT_PCM_16)
                case .floatWAV: (SF_FORMAT_WAV, SF_FORMAT_FLOAT)
                case .flac: (SF_FORMAT_FLAC, SF_FORMAT_PCM_16)
                case .vorbis: (SF_FORMAT_OGG, SF_FORMAT_VORBIS)
                case .opus: (SF_FORMAT_OGG, SF_FORMAT_OPUS)
                case .mp3: (SF_FORMAT_MPEG, SF_FORMAT_MPEG_LAYER_III)
                }
            return Int32(container | coding)
        }
        var rate: Int { self == .opus ? 48_000 : 44_100 }
    }

    /// Writes stereo: three seconds of 440 Hz on the left, 440 Hz on the right, and from `rise` on 880 Hz.
    static func write(_ kind: Kind, to path: String, seconds: Int = 3, rise: Int = 2, level: Double = 8000) throws {
        let samples =
            OpusTests.tone(440, milliseconds: rise * 1000, rate: kind.rate, level: level)
            + OpusTests.tone(880, milliseconds: (seconds - rise) * 1000, rate: kind.rate, level: level)
        try write(stereo: samples.flatMap { [$0, $0] }, format: kind.format, rate: kind.rate, to: path)
    }

    static func write(stereo samples: [Int16], format: Int32, rate: Int, to path: String) throws {
        var info = SF_INFO()
        info.channels = 2
        info.samplerate = Int32(rate)
        info.format = format
        let handle = try #require(sf_open(path, Int32(SFM_WRITE), &info))
        defer { sf_close(handle) }
        var rest = samples[...]
        // Vorbis writers of this library overflow the stack on a whole song at once.
        while !rest.isEmpty {
            // As Float: libsndfile 1.2.0 spoils stereo MP3 that it is given as integers.
            let block = rest.prefix(4096).map { Float($0) / 32_767 }
            #expect(sf_writef_float(handle, block, Int64(block.count / 2)) == Int64(block.count / 2))
            rest = rest.dropFirst(block.count)
        }
    }

    /// A folder that is gone when the test ends.
    static func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "yuyan-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try body(folder.path())
    }

    private static func drain(_ file: SoundFile) throws -> [Int16] {
        var samples: [Int16] = []
        while let frame = try file.read() {
            #expect(frame.sampleRate == file.sampleRate)
            #expect(frame.samples.count <= file.sampleRate * 60 / 1000)
            samples += frame.samples
        }
        return samples
    }

    @Test(arguments: Kind.allCases)
    func `every kind of file plays as mono at its own rate`(kind: Kind) throws {
        try Self.withFolder { folder in
            let path = "\(folder)/song"
            try Self.write(kind, to: path)
            let file = try SoundFile(path: path)
            #expect(file.sampleRate == kind.rate)
            let duration = try #require(file.duration)
            #expect(abs((duration - .seconds(3)) / .milliseconds(1)) < 60)
            let samples = try Self.drain(file)
            #expect(abs(samples.count - 3 * kind.rate) < kind.rate / 15)
            let early = samples[(kind.rate / 2)..<(kind.rate * 3 / 2)]
            #expect(abs(OpusTests.pitch(early, rate: kind.rate) - 440) < 10)
            #expect((6000...10_000).contains(Int(early.max() ?? 0)))
            #expect(try file.read() == nil)
        }
    }

    @Test(arguments: Kind.allCases)
    func `a seek lands where it was told, and at the end behind the end`(kind: Kind) throws {
        try Self.withFolder { folder in
            let path = "\(folder)/song"
            try Self.write(kind, to: path)
            let file = try SoundFile(path: path)
            try file.seek(to: .milliseconds(2200))
            let rest = try Self.drain(file)
            #expect(abs(rest.count - kind.rate * 8 / 10) < kind.rate / 15)
            #expect(abs(OpusTests.pitch(rest.prefix(kind.rate / 2), rate: kind.rate) - 880) < 20)
            try file.seek(to: .milliseconds(-5))
            #expect(abs(OpusTests.pitch(try Self.drain(file).prefix(kind.rate), rate: kind.rate) - 440) < 10)
            for place in [Duration.seconds(3), .seconds(4000), .seconds(Int64.max)] {
                try file.seek(to: place)
                #expect(try Self.drain(file).count < kind.rate / 15)
            }
        }
    }

    @Test func `the two channels are mixed, and what is too loud is cut and does not wrap around`() throws {
        try Self.withFolder { folder in
            let path = "\(folder)/song.wav"
            let left = [Int16](repeating: 8000, count: 4410)
            try Self.write(
                stereo: left.flatMap { [$0, -4000] }, format: Kind.wav.format, rate: 44_100, to: path)
            #expect(try Self.drain(SoundFile(path: path)).allSatisfy { abs(Int($0) - 2000) < 2 })
            var loud: [UInt8] = Array("RIFF".utf8) + [0, 0, 0, 0] + Array("WAVEfmt ".utf8)
            loud += [16, 0, 0, 0, 3, 0, 1, 0, 0x80, 0x3E, 0, 0, 0, 0xFA, 0, 0, 4, 0, 32, 0]
            loud += Array("data".utf8) + [16, 0, 0, 0]
            for value in [Float(1.5), -1.5, .nan, .infinity] {
                loud += (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> ($0 * 8)) }
            }
            try Data(loud).write(to: URL(filePath: path))
            #expect(try Self.drain(SoundFile(path: path)) == [.max, .min, 0, .max])
        }
    }

    @Test(arguments: Kind.allCases)
    func `a file that was cut off plays to where it ends`(kind: Kind) throws {
        try Self.withFolder { folder in
            let path = "\(folder)/song"
            try Self.write(kind, to: path)
            let whole = try Data(contentsOf: URL(filePath: path))
            try whole.prefix(whole.count / 2).write(to: URL(filePath: path))
            let file = try SoundFile(path: path)
            var count = 0
            // Some decoders say that the end is missing, after all the sound there is.
            do { while let frame = try file.read() { count += frame.samples.count } } catch is AudioError {}
            #expect(count > kind.rate / 2 && count < kind.rate * 5 / 2)
        }
    }

    @Test(arguments: Kind.allCases)
    func `damaged files never crash and never last for ever`(kind: Kind) throws {
        try Self.withFolder { folder in
            let path = "\(folder)/song"
            try Self.write(kind, to: path)
            let whole = [UInt8](try Data(contentsOf: URL(filePath: path)))
            var state: UInt64 = 11
            for _ in 0..<40 {
                var bytes = whole
                for _ in 0..<30 {
                    state = state &* 6_364_136_223_846_793_005 &+ 1
                    // Half of the damage goes to the header.
                    let range = state & 1 == 0 ? 200 : bytes.count
                    bytes[Int(state >> 33) % range] = UInt8(truncatingIfNeeded: state >> 20)
                }
                try Data(bytes).write(to: URL(filePath: path))
                guard let file = try? SoundFile(path: path) else { continue }
                var blocks = 0
                while let frame = try? file.read(), blocks < 10_000 { blocks += frame.samples.isEmpty ? 10_000 : 1 }
                #expect(blocks < 10_000)
                try? file.seek(to: .seconds(1))
                _ = try? file.read()
            }
        }
    }

    @Test func `what is no song is refused with a reason`() throws {
        try Self.withFolder { folder in
            try Data((0..<5000).map { UInt8(truncatingIfNeeded: $0 &* 31) }).write(to: URL(filePath: "\(folder)/a"))
            try Data().write(to: URL(filePath: "\(folder)/empty"))
            #expect(mkfifo("\(folder)/pipe", 0o600) == 0)
            for name in ["a", "empty", "pipe", "missing", "."] {
                let error = #expect(throws: AudioError.self) { _ = try SoundFile(path: "\(folder)/\(name)") }
                #expect(error?.message.isEmpty == false)
                #expect(throws: AudioError.self) { _ = try P3File(path: "\(folder)/\(name)") }
            }
        }
    }
}

@Suite struct P3FileTests {
    static func packets(count: Int) throws -> [[UInt8]] {
        var encoder = try OpusEncoder(sampleRate: 16_000)
        let sound = OpusTests.tone(440, milliseconds: 60 * count, rate: 16_000)
        return try stride(from: 0, to: sound.count, by: 960).map { try encoder.encode(sound[$0..<$0 + 960]) }
    }

    static func file(_ packets: [[UInt8]]) -> [UInt8] {
        packets.flatMap { [0, 0, UInt8($0.count >> 8), UInt8($0.count & 0xFF)] + $0 }
    }

    private static func drain(_ file: P3File) throws -> [[UInt8]] {
        var all: [[UInt8]] = []
        while let packet = try file.packet() { all.append(packet) }
        return all
    }

    @Test func `the packets come as they are, and a seek finds the one that plays then`() throws {
        try SoundFileTests.withFolder { folder in
            let packets = try Self.packets(count: 100)
            let path = "\(folder)/song.p3"
            try Data(Self.file(packets)).write(to: URL(filePath: path))
            let file = try P3File(path: path)
            #expect(try Self.drain(file) == packets)
            try file.seek(to: .milliseconds(3000))
            #expect(try Self.drain(file) == Array(packets[50...]))
            try file.seek(to: .milliseconds(119))
            #expect(try file.packet() == packets[1])
            try file.seek(to: .seconds(6))
            #expect(try file.packet() == nil)
        }
    }

    @Test func `a last packet that was cut off is left out`() throws {
        try SoundFileTests.withFolder { folder in
            let packets = try Self.packets(count: 10)
            let bytes = Self.file(packets)
            for cut in [1, packets[9].count, packets[9].count + 3] {
                let path = "\(folder)/song.p3"
                try Data(bytes.dropLast(cut)).write(to: URL(filePath: path))
                #expect(try Self.drain(P3File(path: path)) == Array(packets[..<9]))
            }
        }
    }

    @Test(
        arguments: [[0, 0, 0, 0, 1], [1, 0, 0, 1, 0x58], [0, 0, 0xFF, 0xFF, 0x58], [0, 0, 0, 1, 0x5B]] as [[UInt8]])
    func `a header or packet that lies ends the song with a reason`(lie: [UInt8]) throws {
        try SoundFileTests.withFolder { folder in
            let path = "\(folder)/song.p3"
            let packets = try Self.packets(count: 2)
            try Data(Self.file(packets) + lie).write(to: URL(filePath: path))
            let file = try P3File(path: path)
            #expect(try file.packet() == packets[0])
            #expect(try file.packet() == packets[1])
            #expect(throws: AudioError.self) { _ = try file.packet() }
            try Data(lie).write(to: URL(filePath: path))
            #expect(throws: AudioError.self) { _ = try P3File(path: path) }
        }
    }
}
