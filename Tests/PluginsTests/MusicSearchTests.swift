import Foundation
import Testing

@testable import Plugins

@Suite struct MusicSearchTests {
    private static let index = SongIndex(
        [
            "周杰伦 - 稻香.mp3", "周杰伦 - 七里香.mp3", "听妈妈的话.mp3", "夜曲.mp3", "小星星.p3", "月亮代表我的心（邓丽君）.flac",
            "Bohemian Rhapsody.mp3", "The Beatles - Yesterday.mp3", "Let It Be.mp3", "Twinkle Twinkle Little Star.ogg",
            "01_Imagine.wav", "Hello.mp3", "Hello Goodbye.mp3",
        ].map { Song(path: $0) })

    @Test(arguments: [
        ("稻香", "周杰伦 - 稻香"), ("道香", "周杰伦 - 稻香"), ("《七里香》", "周杰伦 - 七里香"), ("七里乡", "周杰伦 - 七里香"),
        ("周杰伦的稻香", "周杰伦 - 稻香"), ("听妈妈得话", "听妈妈的话"), ("我想听夜曲", "夜曲"), ("小星星", "小星星"),
        ("月亮代表我的心", "月亮代表我的心（邓丽君）"), ("邓丽君", "月亮代表我的心（邓丽君）"),
        ("bohemian rhapsody", "Bohemian Rhapsody"), ("BOHEMIAN RAPSODY", "Bohemian Rhapsody"),
        ("ｙｅｓｔｅｒｄａｙ", "The Beatles - Yesterday"), ("yesterday by the beatles", "The Beatles - Yesterday"),
        ("let it be", "Let It Be"), ("twinkle little star", "Twinkle Twinkle Little Star"), ("imagine", "01_Imagine"),
        ("hello", "Hello"), ("hello good bye", "Hello Goodbye"),
    ])
    func `a wish finds its song`(wish: String, title: String) {
        #expect(Self.index.search(wish).map { Self.index[$0].title } == title)
    }

    @Test(arguments: ["青花瓷", "Stairway to Heaven", "zzz", "，。！", "", "a", "\u{0}", "今天天气怎么样", "../../etc/passwd"])
    func `what is not there is not found`(wish: String) {
        #expect(Self.index.search(wish).map { Self.index[$0].title } == nil)
    }

    @Test func `a wish without end costs no more than a long one`() {
        let endless = String(repeating: "稻香", count: 100_000)
        #expect(TitleKey(endless).letters.count <= 70)
        _ = Self.index.search(endless)
    }

    @Test func `songs go round in the order of their paths, also from one that is gone`() {
        let index = SongIndex(["b", "d", "f"].map { Song(path: "\($0).mp3") })
        #expect(index.neighbour(of: "f.mp3", offset: 1) == 0)
        #expect(index.neighbour(of: "b.mp3", offset: -1) == 2)
        #expect(index.neighbour(of: "c.mp3", offset: 1) == 1)
        #expect(index.neighbour(of: "c.mp3", offset: -1) == 0)
        #expect(index.neighbour(of: "z.mp3", offset: 1) == 0)
        #expect(index.neighbour(of: "z.mp3", offset: -1) == 2)
        #expect(SongIndex().neighbour(of: "a", offset: 1) == nil)
        #expect(SongIndex().random(besides: nil) == nil)
    }

    @Test func `a scan stops at its limits and says so`() throws {
        let fixture = try MusicFixture()
        for number in 0..<20 { try Data().write(to: fixture.folder.appending(path: "\(number).mp3")) }
        var folder = MusicFolder(path: fixture.folder.path(), extensions: ["mp3"])
        #expect(folder.scan().songs.count == 20)
        folder.limits.songs = 7
        #expect(folder.scan().songs.count == 7)
        #expect(folder.scan().isCut)
        folder.limits = .init(songs: 100, entries: 5)
        #expect(folder.scan().isCut)
    }

    @Test func `a ledger finds the song and the moment`() {
        var ledger = PlayLedger()
        #expect(ledger.place(after: .seconds(1)) == nil)
        ledger.begin("a", at: .seconds(10))
        ledger.emitted(.seconds(5))
        #expect(ledger.place(after: .seconds(2)) == .init(path: "a", position: .seconds(12)))
        ledger.complete()
        ledger.begin("b", at: .zero)
        ledger.emitted(.seconds(5))
        #expect(ledger.place(after: .seconds(5)) == .init(path: "b", position: .zero))
        #expect(ledger.place(after: .seconds(99)) == .init(path: "b", position: .seconds(5)))
        #expect(ledger.place(after: .seconds(-1)) == .init(path: "a", position: .seconds(10)))
        ledger.complete()
        #expect(ledger.latest?.isFinished == true)
        #expect(ledger.place(after: .seconds(8))?.isFinished == false)
    }

    @Test func `the memory forgets who listened longest ago`() {
        let memory = ListeningMemory(limit: 2)
        for device in ["a", "b", "a", "c"] { _ = memory.begin(.init(path: device, position: .zero), on: device) }
        #expect(memory.place(on: "b") == nil)
        #expect(memory.place(on: "a")?.path == "a")
        #expect(memory.place(on: "c")?.path == "c")
    }
}
