import Conversation
import JSON
import Testing
import VoiceAPI
import VoiceTesting

@Suite struct InterruptionTests {
    /// A conversation one second into a long answer.
    private func midReply(mode: String = "auto") throws -> SimulatedConversation {
        let talk = try SimulatedConversation(
            answer: [
                [.say("One two three four five six seven eight nine ten. "), .wait(.seconds(60)), .say("Never said.")],
                [.say("Second answer.")],
            ],
            speak: [.speak(.seconds(5)), .speak(.milliseconds(600))])
        talk.open(mode: mode)
        try talk.say()
        if mode == "manual" { talk.send(["type": "listen", "state": "stop"]) }
        try #require(talk.simulation.advance(upTo: .seconds(5)) { !talk.audioTimes.isEmpty })
        talk.simulation.advance(by: .seconds(1))
        return talk
    }

    @Test func `statement 30: after abort no audio leaves and stop comes at once`() throws {
        let talk = try midReply()
        let frames = talk.audioTimes.count
        let aborted = talk.simulation.now
        talk.send(["type": "abort", "reason": "wake_word_detected"])
        #expect(talk.messages("stop").map(\.time) == [aborted])
        talk.simulation.advance(by: .seconds(10))
        #expect(talk.audioTimes.count == frames)
    }

    @Test func `30 and 32: audio that has not left the server is dropped, and stop is not behind it`() throws {
        let talk = try SimulatedConversation(speak: [.speak(.seconds(20))])
        talk.open()
        try talk.say()
        try #require(talk.simulation.advance(upTo: .seconds(5)) { !talk.audioTimes.isEmpty })
        talk.device.stopReading()
        talk.simulation.advance(by: .seconds(2))
        let heard = talk.audioTimes.count
        #expect(talk.device.backlog > 20)
        talk.send(["type": "abort"])
        talk.device.resumeReading()
        talk.simulation.advance(by: .seconds(2))
        #expect(talk.audioTimes.count == heard)
        #expect(talk.count(of: "stop") == 1)
    }

    @Test func `statement 31: abort while silent sends nothing and closes nothing`() throws {
        let talk = try SimulatedConversation()
        talk.open()
        talk.send(["type": "abort"])
        talk.simulation.advance(by: .seconds(1))
        #expect(talk.outline == ["hello"])
        #expect(talk.device.closed == nil)
    }

    @Test func `statement 32: the next turn starts clean and the model call behind the old one is stopped`() throws {
        let talk = try midReply()
        talk.send(["type": "abort"])
        talk.simulation.settle()
        #expect(talk.model.cancellations == 1)
        talk.send(["type": "listen", "state": "start", "mode": "auto"])
        try talk.say()
        talk.finishReply()
        #expect(talk.voice.sentences.last == "Second answer.")
        talk.simulation.advance(by: .seconds(70))
        #expect(!talk.voice.sentences.contains("Never said."))
        #expect(talk.count(of: "start") == talk.count(of: "stop"))
    }

    @Test func `only what was heard is remembered`() throws {
        let talk = try midReply()
        talk.send(["type": "abort"])
        talk.send(["type": "listen", "state": "detect", "text": "go on"])
        talk.finishReply()
        let remembered = talk.model.prompts.last?.messages.dropLast().last
        guard case .assistant(let heard, _) = remembered else {
            Issue.record("no answer remembered: \(String(describing: remembered))")
            return
        }
        #expect("One two three four".hasPrefix(heard))
        #expect(!heard.isEmpty)
    }

    @Test func `statement 33: speech in realtime mode interrupts without an abort`() throws {
        let talk = try midReply(mode: "realtime")
        try talk.speak(300)
        #expect(talk.count(of: "stop") == 1)
        let frames = talk.audioTimes.count
        try talk.speak(600)
        #expect(talk.audioTimes.count == frames)
        try talk.pause(600)
        talk.finishReply()
        #expect(talk.voice.sentences.last == "Second answer.")
    }

    @Test func `in auto mode what the microphone picks up during the answer is not listened to`() throws {
        let talk = try midReply()
        try talk.speak(900)
        #expect(talk.count(of: "stop") == 0)
        #expect(talk.recognizer.heard.count == 1)
    }

    @Test func `a wake word while speaking interrupts`() throws {
        let talk = try midReply()
        talk.send(["type": "abort", "reason": "wake_word_detected"])
        talk.send(["type": "listen", "state": "start", "mode": "auto"])
        try talk.say()
        talk.finishReply()
        #expect(talk.voice.sentences.last == "Second answer.")
    }

    @Test func `typed text interrupts`() throws {
        let talk = try midReply()
        talk.send(["type": "listen", "state": "detect", "text": "stop that"])
        #expect(talk.count(of: "stop") == 1)
        talk.finishReply()
        #expect(talk.voice.sentences.last == "Second answer.")
    }

    @Test func `statement 12: a device that leaves takes its turn with it`() throws {
        let talk = try midReply()
        talk.device.leave()
        talk.simulation.settle()
        #expect(talk.reports.isClosed)
        #expect(talk.model.cancellations == 1)
        #expect(talk.count(of: "start") == talk.count(of: "stop"))
    }

    @Test func `shutting down ends the session and its provider calls`() throws {
        let talk = try midReply()
        talk.simulation.stop()
        #expect(talk.reports.isClosed)
        #expect(talk.model.cancellations == 1)
    }

    @Test func `33 does not hold where the server would have to cancel the echo: no board interrupts itself`() throws {
        let talk = try SimulatedConversation(
            answer: [[.say("One two three four five six.")], [.say("Second answer.")]],
            speak: [.speak(.seconds(5)), .speak(.milliseconds(600))])
        talk.open(mode: "realtime", features: ["aec": true])
        try talk.say()
        try #require(talk.simulation.advance(upTo: .seconds(5)) { !talk.audioTimes.isEmpty })
        // The echo of the answer, to its last syllable and a little longer.
        while talk.count(of: "stop") == 0 { try talk.speak(60) }
        try talk.speak(180)
        #expect(talk.recognizer.heard.count == 1)
        #expect(talk.count(of: "stop") == 1)
        // Then the person.
        try talk.pause(600)
        try talk.say()
        talk.finishReply()
        #expect(talk.voice.sentences.last == "Second answer.")
        #expect(talk.recognizer.heard.count == 2)
    }
}
