import Conversation
import Flow
import JSON
import Synchronization
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

    /// A session whose recognizer gave up while the person still speaks, in the middle of the apology.
    private func apologizing(mode: String) throws -> SimulatedConversation {
        let talk = try SimulatedConversation(
            speak: [.speak(.seconds(3))], prepare: { _, providers in providers.recognizer = RestingRecognizer() })
        talk.open(mode: mode)
        for _ in 0..<20 where talk.audioTimes.isEmpty { try talk.speak(60) }
        #expect(talk.count(of: "start") == 1 && talk.count(of: "stop") == 0)
        return talk
    }

    @Test(arguments: ["auto", "realtime"])
    func `statement 30: an apology to somebody who still speaks ends with abort`(mode: String) throws {
        let talk = try apologizing(mode: mode)
        let aborted = talk.simulation.now
        talk.send(["type": "abort"])
        #expect(talk.messages("stop").map(\.time) == [aborted])
    }

    @Test func `statement 18: listen start does not cut an apology to somebody who still speaks`() throws {
        let talk = try apologizing(mode: "auto")
        talk.send(["type": "listen", "state": "start", "mode": "auto"])
        talk.simulation.advance(by: .seconds(1))
        #expect(talk.count(of: "stop") == 0)
        #expect(talk.finishReply())
    }

    @Test func `in auto mode a syllable that the detector has in hand when the answer begins does not cut it`() throws {
        let detector = HeldDetector()
        let talk = try SimulatedConversation(
            hear: [.hear("hello", after: .seconds(1))], speak: [.speak(.seconds(3))],
            prepare: { _, providers in providers.detector = detector })
        talk.open()
        try talk.say()
        try talk.speak(60)
        detector.hold()
        try talk.speak(60)
        try #require(talk.simulation.advance(upTo: .seconds(3)) { talk.count(of: "start") == 1 })
        detector.release()
        talk.simulation.advance(by: .seconds(1))
        #expect(talk.count(of: "stop") == 0 && !talk.audioTimes.isEmpty)
        #expect(talk.finishReply())
        #expect(talk.reports.reports.map(\.timeline.ending) == [.completed])
    }

    @Test
    func `a part without words before one that fails is apologized for, and one that fails before a good one is not`()
        throws
    {
        let error = ProviderError(.unavailable, provider: "FakeRecognizer", message: "down")
        for (script, ending) in [
            ([.hear("", after: .seconds(3)), .fail(error)], TurnEnding.failed),
            ([.hang, .hear("hello")], TurnEnding.completed),
        ] as [([FakeRecognizer.Behaviour], TurnEnding)] {
            let talk = try SimulatedConversation(
                hear: script, prepare: { settings, _ in settings.recognitionDeadline = .seconds(3) })
            talk.open(mode: "realtime")
            try talk.say()
            try talk.say()
            #expect(talk.finishReply())
            talk.simulation.advance(by: .seconds(1))
            #expect(talk.reports.reports.map(\.timeline.ending) == [ending])
        }
    }
}

/// Fails before it has heard anything, as a chain whose every provider rests.
private struct RestingRecognizer: SpeechRecognizer {
    let name = "Resting"
    func recognize(
        _ audio: some AsyncSequence<AudioFrame, Never> & Sendable, hints: RecognitionHints,
        partial: (String) async -> Void
    ) async throws(ProviderError) -> Transcript {
        throw ProviderError(.unavailable, provider: name, message: "every provider rests")
    }
}

/// Loud is speech, told as late as the test wants.
private final class HeldDetector: VoiceActivityDetector, VoiceActivityStream {
    let name = "Held"
    private let isHeld = Mutex(false)
    private let gate = Latch()
    func hold() { isHeld.withLock { $0 = true } }
    func release() { gate.open() }
    func makeStream() throws(ProviderError) -> any VoiceActivityStream { self }
    func reset() {}
    func speechProbability(of window: [Int16]) async throws(ProviderError) -> Float {
        if isHeld.withLock({ $0 }) { await gate.wait() }
        return window.contains { $0.magnitude > 1000 } ? 0.95 : 0.02
    }
}
