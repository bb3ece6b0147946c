import Audio
import Foundation
import JSON
import Testing
import VoiceAPI

@testable import Plugins

@Suite struct MusicTests {
    @Test func `a song is asked for by its title and comes in small pieces`() async throws {
        let fixture = try MusicFixture()
        try fixture.add("周杰伦/稻香.wav", loudness: 1000)
        try fixture.add("The Beatles - Yesterday.wav", loudness: 2000)
        let tools = try fixture.tools()
        let song = try await tools.play("稻香", language: "zh")
        #expect(song.words == "好的，播放《稻香》。")
        let pieces = try await song.listen()
        #expect(pieces.loudness == [1000, 1001, 1002])
        #expect(pieces.allSatisfy { $0.duration <= .milliseconds(60) })
        #expect(pieces.reduce(.zero) { $0 + $1.duration } == .seconds(3))
        let other = try await tools.play("yesterday")
        #expect(other.words == "Playing The Beatles - Yesterday.")
        #expect(try await other.listen().loudness.first == 2000)
    }

    @Test func `the reader waits for the listener`() async throws {
        let fixture = try MusicFixture()
        try fixture.add("long.wav", seconds: 30)
        let song = try await fixture.tools().play("long")
        // The piece at which the person interrupts is the last that was read.
        #expect(try await song.listen(pieces: 5).count == 5)
    }

    @Test func `no such song is said; only a wish without a name gets any song`() async throws {
        let fixture = try MusicFixture()
        try fixture.add("Yesterday.wav")
        let tools = try fixture.tools()
        let missing = try await tools.play("Bohemian Rhapsody")
        #expect(missing.track == nil)
        #expect(missing.words == "I could not find a song called Bohemian Rhapsody.")
        for wish in ["random", "", "随便", "some music", "  "] {
            #expect(try await tools.play(wish).title == "Yesterday")
        }
        #expect(try await tools.play("青花瓷", language: "zh").words == "没有找到《青花瓷》这首歌。")
    }

    @Test func `an empty or missing folder is said`() async throws {
        let fixture = try MusicFixture()
        #expect(try await fixture.tools().play("random").words == "There are no songs in the music folder yet.")
        let tools = try fixture.tools(["music_dir": "./nowhere"])
        #expect(try await tools.play("x").words == "There are no songs in the music folder yet.")
        #expect(try await tools.control("next").words == "There are no songs in the music folder yet.")
    }

    @Test func `a random song is not the one that was just heard`() async throws {
        let fixture = try MusicFixture()
        for name in ["a", "b"] { try fixture.add("\(name).wav") }
        let tools = try fixture.tools()
        var last = try await tools.play("random").title
        for _ in 0..<20 {
            let title = try await tools.control("random").title
            #expect(title != last)
            last = title
        }
    }

    @Test func `an interrupted song is resumed where the ear was, not where the reader was`() async throws {
        let fixture = try MusicFixture()
        try fixture.add("song.wav", seconds: 10)
        let tools = try fixture.tools()
        let song = try await tools.play("song")
        // 6 s were read, of which 4.5 s were heard.
        _ = try await song.listen(pieces: 100)
        song.track?.stopped(afterHearing: .milliseconds(4500))
        let rest = try await tools.control("resume")
        #expect(rest.words == "Going on with song.")
        let pieces = try await rest.listen(pieces: 50)
        #expect(pieces.loudness == [1004, 1005, 1006, 1007])
        rest.track?.stopped(afterHearing: .seconds(2))
        // Twice interrupted: 4.5 s and 2 s more.
        #expect(try await tools.control("resume").listen().loudness == [1006, 1007, 1008, 1009])
    }

    @Test func `until it is told, the place is that of the reader`() async throws {
        let fixture = try MusicFixture()
        try fixture.add("song.wav", seconds: 10)
        let tools = try fixture.tools()
        let song = try await tools.play("song")
        _ = try await song.listen(pieces: 50)
        let rest = try await tools.control("resume")
        #expect(try await rest.listen().loudness.first == 1003)
    }

    @Test func `what a track says after its successor began changes nothing`() async throws {
        let fixture = try MusicFixture()
        for name in ["first", "second"] { try fixture.add("\(name).wav", seconds: 5) }
        let tools = try fixture.tools()
        let first = try await tools.play("first")
        _ = try await first.listen(pieces: 10)
        let second = try await tools.play("second")
        first.track?.stopped(afterHearing: .seconds(1))
        _ = try await second.listen(pieces: 10)
        #expect(try await tools.control("resume").title == "second")
    }

    @Test func `next and previous go round the folder, each device for itself`() async throws {
        let fixture = try MusicFixture()
        for name in ["a", "b", "c"] { try fixture.add("\(name).wav") }
        let tools = try fixture.tools()
        _ = try await tools.play("b")
        _ = try await tools.play("a", on: "other")
        #expect(try await tools.control("next").title == "c")
        #expect(try await tools.control("next").title == "a")
        #expect(try await tools.control("previous").title == "c")
        #expect(try await tools.control("next", on: "other").title == "b")
        #expect(try await tools.control("resume", on: "nobody").track == nil)
    }

    @Test func `stop keeps the place, and after the end resume means the next song`() async throws {
        let fixture = try MusicFixture()
        for name in ["a", "b"] { try fixture.add("\(name).wav") }
        let tools = try fixture.tools()
        let song = try await tools.play("a")
        _ = try await song.listen(pieces: 20)
        song.track?.stopped(afterHearing: .milliseconds(1000))
        #expect(try await tools.control("stop").track == nil)
        let rest = try await tools.control("resume")
        #expect(rest.title == "a")
        #expect(try await rest.listen().loudness == [1001, 1002])
        rest.track?.stopped(afterHearing: .seconds(2))
        #expect(try await tools.control("resume").title == "b")
        #expect(try await tools.control("louder").track == nil)
    }

    @Test func `with auto_next every other song follows, and the place is in the song that was heard`() async throws {
        let fixture = try MusicFixture()
        for (index, name) in ["a", "b", "d"].enumerated() {
            try fixture.add("\(name).wav", loudness: Int16(index + 1) * 1000, seconds: 2)
        }
        try Data("no sound".utf8).write(to: fixture.folder.appending(path: "c.wav"))
        let tools = try fixture.tools(["auto_next": true])
        let song = try await tools.play("b")
        #expect(try await song.listen().loudness == [2000, 2001, 3000, 3001, 1000, 1001])
        song.track?.stopped(afterHearing: .milliseconds(2900))
        let rest = try await tools.control("resume")
        #expect(rest.title == "d")
        #expect(try await rest.listen(pieces: 5).loudness == [3000, 3001])
    }

    @Test func `packets of a p3 file are passed on as they are`() async throws {
        let fixture = try MusicFixture()
        var encoder = try OpusEncoder(sampleRate: 16_000)
        let packets = try (0..<50).map { index in
            try encoder.encode([Int16](repeating: Int16(index * 100), count: 960)[...])
        }
        let bytes: [UInt8] = packets.flatMap { packet -> [UInt8] in
            [0, 0, UInt8(packet.count >> 8), UInt8(packet.count & 0xFF)] + packet
        }
        try Data(bytes).write(to: fixture.folder.appending(path: "chime.p3"))
        let tools = try fixture.tools()
        let song = try await tools.play("chime")
        var heard: [[UInt8]] = []
        for case .packet(let packet) in try await song.listen(pieces: 20) { heard.append(packet) }
        #expect(heard == Array(packets[..<20]))
        song.track?.stopped(afterHearing: .milliseconds(600))
        heard = []
        for case .packet(let packet) in try await tools.control("resume").listen() { heard.append(packet) }
        #expect(heard == Array(packets[10...]))
    }

    @Test func `a damaged song is said when it begins, and ends where it breaks`() async throws {
        let fixture = try MusicFixture()
        try Data(repeating: 7, count: 3000).write(to: fixture.folder.appending(path: "noise.mp3"))
        try Data([0, 0, 0, 3, 0x58, 1, 2, 9, 9, 9, 9, 9]).write(to: fixture.folder.appending(path: "half.p3"))
        let tools = try fixture.tools()
        #expect(try await tools.play("noise").words == "noise cannot be played.")
        #expect(try await tools.play("half").listen().count == 1)
    }

    @Test func `a song that came since the last scan is found, others are not looked for before their time`()
        async throws
    {
        let fixture = try MusicFixture()
        try fixture.add("old.wav")
        let tools = try fixture.tools(["refresh_time": 60])
        #expect(try await tools.play("old").title == "old")
        try fixture.add("brand new.wav")
        #expect(try await tools.play("brand new").title == nil)
        fixture.pass(seconds: 60)
        #expect(try await tools.play("brand new").title == "brand new")
        fixture.pass(seconds: -1_000_000)
        try fixture.add("different.wav")
        #expect(try await tools.play("different").title == "different")
    }

    @Test(arguments: [
        "../secret", "../secret.wav", "music/../../secret", "/etc/passwd", "..", "./song.wav", "leak", "loop", "pipe",
        "tunnel/secret", "song.wav\u{0}",
    ])
    func `a title is never a path`(wish: String) async throws {
        let fixture = try MusicFixture()
        try fixture.add("song.wav")
        try fixture.add("../secret.wav", loudness: 9000)
        let links = ["leak.wav": "../secret.wav", "loop": ".", "tunnel": "..", "dangling.wav": "nothing"]
        for (name, target) in links {
            try FileManager.default.createSymbolicLink(
                atPath: fixture.folder.appending(path: name).path(), withDestinationPath: target)
        }
        #expect(mkfifo(fixture.folder.appending(path: "pipe.wav").path(), 0o600) == 0)
        let heard = try await fixture.tools().play(wish)
        #expect(heard.title == nil || heard.title == "song")
    }

    @Test func `links inside the folder are songs, and one that is bent outwards later is not opened`() async throws {
        let fixture = try MusicFixture()
        try fixture.add("deep/song.wav")
        try fixture.add("../secret.wav", loudness: 9000)
        let link = fixture.folder.appending(path: "favourite.wav").path()
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "deep/song.wav")
        let tools = try fixture.tools()
        #expect(try await tools.play("favourite").listen().loudness.first == 1000)
        try FileManager.default.removeItem(atPath: link)
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "../secret.wav")
        #expect(try await tools.play("favourite").words == "favourite cannot be played.")
    }

    @Test func `settings that make no sense are refused, the reference's are read`() async throws {
        let fixture = try MusicFixture()
        try fixture.add("a.wav")
        try fixture.add("hidden/.b.wav")
        try Data().write(to: fixture.folder.appending(path: "text.txt"))
        #expect(throws: PluginProblem.self) { _ = try fixture.tools(["music_ext": [".midi"]]) }
        #expect(throws: PluginProblem.self) { _ = try fixture.tools(["refresh_time": 0]) }
        #expect(throws: PluginProblem.self) { _ = try fixture.tools(["refresh_time": "often"]) }
        let mp3Only = try fixture.tools(["music_ext": [".mp3"]])
        #expect(try await mp3Only.play("random").title == nil)
        let all = try fixture.tools(["music_dir": "./music", "music_ext": [".MP3", ".wav", ".p3"]])
        #expect(try await all.play("random").title == "a")
    }
}
