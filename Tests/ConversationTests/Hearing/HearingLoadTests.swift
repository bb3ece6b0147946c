import JSON
import Testing
import VoiceTesting

@testable import Conversation

@Suite(.timeLimit(.minutes(1))) struct HearingLoadTests {
    private let late = HearingLoad.limit * 3

    /// Of a server that has been falling behind for a while.
    private func behind() -> HearingLoad {
        let load = HearingLoad()
        for _ in 0..<1000 { _ = load.isFresh(late, at: .zero) }
        return load
    }

    private func unheard(_ talk: SimulatedConversation) -> Int {
        talk.reports.events.count { if case .frameUnheard = $0 { true } else { false } }
    }

    @Test func `one hiccup is no overload, late audio again and again is`() {
        let load = HearingLoad()
        for _ in 0..<20 { #expect(load.isFresh(late, at: .zero)) }
        #expect(load.overload(at: .zero) == nil)
        for _ in 0..<1000 { _ = load.isFresh(late, at: .zero) }
        #expect(!load.isFresh(late, at: .zero))
        #expect(load.isFresh(HearingLoad.limit / 2, at: .zero))
    }

    @Test func `an overload is over a second after the last late frame, also when nobody sends any more`() {
        let load = behind()
        #expect(load.overload(at: .milliseconds(900)) != nil)
        #expect(load.overload(at: .milliseconds(1100)) == nil)
    }

    @Test func `a server that keeps up again hears everybody`() {
        let load = behind()
        for _ in 0..<2000 { _ = load.isFresh(.milliseconds(1), at: .zero) }
        #expect(load.isFresh(late, at: .zero))
    }

    @Test func `of a device at which nobody speaks late audio is left out`() throws {
        let load = behind()
        let talk = try SimulatedConversation { $1.hearingLoad = load }
        talk.open()
        talk.uplinkAge = late
        try talk.say()
        #expect(talk.count(of: "start") == 0)
        #expect(unheard(talk) == 25)
        talk.uplinkAge = .zero
        try talk.say()
        #expect(talk.finishReply())
        #expect(unheard(talk) == 25)
    }

    @Test func `whoever speaks is heard to the end`() throws {
        let load = behind()
        let talk = try SimulatedConversation { $1.hearingLoad = load }
        talk.open()
        try talk.speak(300)
        talk.uplinkAge = late
        try talk.speak(600)
        try talk.pause(600)
        #expect(talk.finishReply())
        #expect(unheard(talk) == 0)
        #expect(talk.recognizer.heard.count == 1 && talk.recognizer.heard.allSatisfy { $0 > .milliseconds(900) })
    }

    @Test func `of who holds the button nothing is left out`() throws {
        let load = behind()
        let talk = try SimulatedConversation { $1.hearingLoad = load }
        talk.open(mode: "manual")
        talk.uplinkAge = late
        try talk.speak(900)
        talk.send(["type": "listen", "state": "stop"])
        #expect(talk.finishReply())
        #expect(unheard(talk) == 0)
        #expect(talk.recognizer.heard == [.milliseconds(900)])
    }
}
