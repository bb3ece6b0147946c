import Testing
import VoiceAPI

@testable import Conversation

@Suite struct SpeechShelfTests {
    private func key(_ text: String) -> SpeechKey {
        SpeechKey(synthesizer: "voice", voice: Voice(language: "en"), format: SpeechFormat(), text: text)
    }
    private let packet = [UInt8](repeating: 1, count: 100)

    @Test func `the server's own phrase is admitted at once, an answer when it is said again`() {
        var shelf = SpeechShelf(limit: 1000)
        let phrase = shelf.admits(key("Hello."), isAnswer: false)
        #expect(phrase)
        let first = shelf.admits(key("It is noon."), isAnswer: true)
        #expect(!first)
        let second = shelf.admits(key("It is noon."), isAnswer: true)
        #expect(second)
    }

    @Test func `what was used longest ago makes room, and the limit is never passed`() {
        var shelf = SpeechShelf(limit: 1000)
        for number in 0..<4 { shelf.keep([packet, packet], for: key("\(number)"), at: .zero) }
        _ = shelf.packets(for: key("0"), at: .zero)
        for number in 4..<6 { shelf.keep([packet, packet], for: key("\(number)"), at: .zero) }
        #expect(shelf.size == 1000)
        let found = (0..<6).filter { shelf.packets(for: key("\($0)"), at: .zero) != nil }
        #expect(found == [0, 2, 3, 4, 5])
    }

    @Test func `ten minutes later a phrase is made anew`() {
        var shelf = SpeechShelf(limit: 1000)
        shelf.keep([packet], for: key("Hello."), at: .zero)
        let fresh = shelf.packets(for: key("Hello."), at: .seconds(599))
        #expect(fresh == [packet])
        let stale = shelf.packets(for: key("Hello."), at: .seconds(600))
        #expect(stale == nil)
        #expect(shelf.size == 0)
    }

    @Test func `another voice, language or format is another sentence`() {
        var shelf = SpeechShelf(limit: 1000)
        shelf.keep([packet], for: key("Hello."), at: .zero)
        var others = [key("Hello."), key("Hello."), key("Hello.")]
        others[0].synthesizer = "other"
        others[1].voice.language = "zh"
        others[2].format.sampleRate = 16_000
        for other in others {
            let found = shelf.packets(for: other, at: .zero)
            #expect(found == nil)
        }
    }

    @Test func `what is too long or larger than the limit is not kept`() {
        var shelf = SpeechShelf(limit: 1000)
        shelf.keep(Array(repeating: [1], count: SpeechShelf.longest + 1), for: key("long"), at: .zero)
        shelf.keep(Array(repeating: packet, count: 11), for: key("large"), at: .zero)
        shelf.keep([], for: key("none"), at: .zero)
        #expect(shelf.size == 0)
    }
}
