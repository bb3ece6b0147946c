import JSON
import Testing
import VoiceTesting

@testable import Conversation

@Suite(.timeLimit(.minutes(1))) struct HearingLoadTests {
    private let late = HearingLoad.limit * 3

    /// A server's measurements, one after the other, while it uses so many cores.
    private struct Measuring {
        let load = HearingLoad()
        var cores = 1.5
        private var time = Duration.zero
        private var cpuSeconds = 0.0

        mutating func late(by delay: Duration, times: Int) {
            for _ in 0..<times {
                time += .milliseconds(100)
                cpuSeconds += cores / 10
                load.observe(delay, cpuSeconds: cpuSeconds, at: time)
            }
        }
    }

    /// Of a server that has been falling behind for a while.
    private func behind() -> HearingLoad {
        var measuring = Measuring()
        measuring.late(by: late, times: 20)
        return measuring.load
    }

    private func unheard(_ talk: SimulatedConversation) -> Int {
        talk.reports.events.count { if case .frameUnheard = $0 { true } else { false } }
    }

    @Test func `a hiccup is no overload, being late again and again is, until it is over`() {
        var measuring = Measuring()
        let load = measuring.load
        measuring.late(by: .zero, times: 10)
        measuring.late(by: .seconds(1), times: 4)
        #expect(load.overload == nil)
        #expect(load.isFresh(.seconds(1)))
        measuring.late(by: late, times: 10)
        #expect(load.overload == "tasks run 15 ms late")
        #expect(!load.isFresh(late))
        #expect(load.isFresh(HearingLoad.limit))
        measuring.late(by: .milliseconds(1), times: 6)
        #expect(load.overload == nil)
        #expect(load.isFresh(late))
    }

    @Test func `when other programs take the machine, nobody is heard less for it`() {
        var measuring = Measuring()
        measuring.cores = 0.3
        measuring.late(by: late, times: 20)
        #expect(measuring.load.overload == nil)
        #expect(measuring.load.isFresh(late))
    }

    @Test func `a device that sends faster than it speaks waits for itself, and for that nobody is left out`() {
        let load = HearingLoad()
        for _ in 0..<1000 { #expect(load.isFresh(.seconds(2))) }
        #expect(load.overload == nil)
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
