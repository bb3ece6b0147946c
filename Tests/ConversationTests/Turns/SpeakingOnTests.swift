import Conversation
import JSON
import Testing
import VoiceAPI
import VoiceTesting

/// Whoever pauses, and goes on before the answer begins, said one thing.
@Suite struct SpeakingOnTests {
    private func transcripts(_ talk: SimulatedConversation) -> [String] {
        talk.messages("stt").compactMap { $0.json["text"]?.string }
    }

    @Test(arguments: ["realtime", "auto"])
    func `what is said while the first words are being recognized belongs to them`(mode: String) throws {
        let talk = try SimulatedConversation(
            hear: [.hear("turn on the light", after: .seconds(3)), .hear("in the kitchen")])
        talk.open(mode: mode)
        try talk.say()
        try talk.say()
        talk.finishReply()
        #expect(transcripts(talk) == ["turn on the light in the kitchen"])
        #expect(talk.model.prompts.map(\.lastUserText) == ["turn on the light in the kitchen"])
        #expect(talk.recognizer.cancellations == 0)
        #expect(talk.count(of: "start") == 1)
        #expect(talk.reports.reports.map(\.userText) == ["turn on the light in the kitchen"])
    }

    @Test func `Chinese is put together without a space`() throws {
        let talk = try SimulatedConversation(hear: [.hear("打开", after: .seconds(3)), .hear("厨房的灯")])
        talk.open(mode: "realtime")
        try talk.say()
        try talk.say()
        talk.finishReply()
        #expect(transcripts(talk) == ["打开厨房的灯"])
    }

    @Test func `a first part that could not be recognized does not take the second with it`() throws {
        let talk = try SimulatedConversation(
            hear: [.hang, .hear("what time is it")],
            prepare: { settings, _ in settings.recognitionDeadline = .seconds(3) })
        talk.open(mode: "realtime")
        try talk.say()
        try talk.say()
        talk.finishReply()
        #expect(transcripts(talk) == ["what time is it"])
        #expect(talk.voice.sentences == ["Hi, nice to meet you."])
    }

    @Test func `who speaks longer than the longest utterance is heard in two parts`() throws {
        let talk = try SimulatedConversation(
            hear: [.hear("one", after: .seconds(1)), .hear("two")],
            prepare: { settings, _ in settings.maximumUtterance = .seconds(20) })
        talk.open(mode: "realtime")
        try talk.speak(24_000)
        try talk.pause(600)
        talk.finishReply()
        #expect(transcripts(talk) == ["one two"])
        #expect(talk.recognizer.heard.reduce(.zero, +) >= .seconds(23))
    }

    @Test func `whoever goes on and on is answered after eight parts`() throws {
        let talk = try SimulatedConversation(
            hear: [.hear("well", after: .seconds(2))],
            prepare: { settings, _ in settings.recognitionDeadline = .seconds(1000) })
        talk.open(mode: "realtime")
        for _ in 0..<30 where talk.count(of: "start") == 0 { try talk.say() }
        #expect(transcripts(talk).first?.split(separator: " ").count == 8)
        #expect(talk.recognizer.cancellations == 0)
    }

    @Test func `in auto mode a cough without words does not swallow the beginning of the next sentence`() throws {
        let talk = try SimulatedConversation(hear: [.hear(" 。 ", after: .milliseconds(500)), .hear("hello")])
        talk.open()
        try talk.say(milliseconds: 300)
        try talk.speak(900)
        try talk.pause(600)
        talk.finishReply()
        #expect(transcripts(talk) == ["hello"])
        #expect(talk.recognizer.heard.last ?? .zero >= .milliseconds(900))
    }

    @Test func `abort while the person speaks loses none of their words`() throws {
        let talk = try SimulatedConversation()
        talk.open(mode: "realtime")
        try talk.speak(900)
        talk.send(["type": "abort"])
        try talk.speak(900)
        try talk.pause(600)
        talk.finishReply()
        #expect(talk.count(of: "stt") == 1)
        #expect(talk.recognizer.heard.first ?? .zero >= .milliseconds(1800))
    }

    @Test func `a stall of the Wi-Fi in mid-sentence does not cut it`() throws {
        let talk = try SimulatedConversation()
        talk.open()
        try talk.speak(900)
        talk.simulation.advance(by: .milliseconds(3000))
        try talk.say()
        talk.finishReply()
        #expect(talk.count(of: "stt") == 1)
        #expect(talk.recognizer.heard.count == 1)
        #expect(talk.recognizer.heard.first ?? .zero >= .milliseconds(1800))
    }
}
