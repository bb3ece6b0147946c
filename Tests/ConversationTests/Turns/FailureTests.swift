import Audio
import Conversation
import DeviceProtocol
import JSON
import Testing
import VoiceAPI
import VoiceTesting

/// A person hears a short apology instead of nothing, and every start gets its stop (statement 24).
@Suite struct FailureTests {
    private static let apology = "Sorry, something went wrong. Please try again in a moment."
    private static let error = ProviderError(.unavailable, provider: "Fake", message: "gone")

    @Test(arguments: [
        [FakeModel.Step.fail(error)], [.hang], [], [.say("")], [.say("😀")], [.say("```\nlet x = 1\n```")],
        [.say("...")], [.say("**")],
    ])
    func `a model that fails, hangs or answers without words is apologized for`(steps: [FakeModel.Step]) throws {
        let talk = try SimulatedConversation(answer: [steps])
        talk.open()
        try talk.say()
        #expect(talk.finishReply())
        #expect(talk.voice.sentences == [Self.apology])
        #expect(talk.count(of: "start") == 1)
        #expect(talk.reports.reports.last?.timeline.ending == .failed)
    }

    /// A quadratic step anywhere on its way would take minutes.
    @Test(.timeLimit(.minutes(1))) func `a typed text of two megabytes is cut and answered`() throws {
        let talk = try SimulatedConversation()
        talk.open()
        talk.send([
            "type": "listen", "state": "detect", "text": .string(String(repeating: "Ａ b", count: 600_000)),
        ])
        #expect(talk.finishReply())
        let asked = try #require(talk.model.prompts.last?.messages.last)
        guard case .user(let words) = asked else {
            Issue.record("\(asked)")
            return
        }
        #expect(words.count <= 8000 && words.count > 7000)
    }

    @Test func `a model that breaks off keeps what it said and apologizes`() throws {
        let talk = try SimulatedConversation(answer: [[.say("The first part is fine. And then"), .fail(Self.error)]])
        talk.open()
        try talk.say()
        talk.finishReply()
        #expect(talk.voice.sentences == ["The first part is fine.", "And then", Self.apology])
    }

    @Test(arguments: [FakeRecognizer.Behaviour.fail(error), .hang])
    func `a recognizer that fails or hangs is apologized for`(behaviour: FakeRecognizer.Behaviour) throws {
        let talk = try SimulatedConversation(hear: [behaviour])
        talk.open()
        try talk.say()
        #expect(talk.finishReply())
        #expect(talk.voice.sentences == [Self.apology])
        #expect(talk.count(of: "stt") == 0)
    }

    @Test(arguments: [FakeVoice.Behaviour.fail(error), .hang])
    func `when the voice fails another one apologizes`(behaviour: FakeVoice.Behaviour) throws {
        nonisolated(unsafe) var emergency: FakeVoice?
        let talk = try SimulatedConversation(
            speak: [behaviour],
            prepare: { _, providers in
                let voice = FakeVoice(name: "Emergency", clock: ContinuousClock())
                emergency = voice
                providers.emergencyVoice = voice
            })
        talk.open()
        try talk.say()
        #expect(talk.finishReply())
        #expect(emergency?.sentences == [Self.apology])
        #expect(!talk.audioTimes.isEmpty)
    }

    @Test func `without any voice the words are at least shown`() throws {
        let talk = try SimulatedConversation(speak: [.fail(Self.error)])
        talk.open()
        try talk.say()
        talk.simulation.advance(by: .seconds(1))
        #expect(talk.count(of: "stop") == 1)
        #expect(talk.messages("sentence_start").map { $0.json["text"]?.string } == [Self.apology])
        #expect(talk.audioTimes.isEmpty)
    }

    @Test func `a sentence that fails is not asked for again: retries belong to the chain of voices`() throws {
        let talk = try SimulatedConversation(speak: [.fail(Self.error), .speak(.milliseconds(600))])
        talk.open()
        try talk.say()
        talk.simulation.advance(by: .seconds(1))
        #expect(talk.voice.sentences == ["Hi, nice to meet you."])
    }

    @Test func `when the voice fails neither the model nor its tools go on`() throws {
        let talk = try SimulatedConversation(
            answer: [[.say("One is here. "), .wait(.seconds(60)), .say("Two is here.")]], speak: [.fail(Self.error)])
        talk.open()
        try talk.say()
        talk.simulation.advance(by: .seconds(1))
        #expect(talk.model.cancellations == 1)
        #expect(talk.count(of: "stop") == 1)
        #expect(talk.reports.reports.last?.timeline.ending == .failed)
    }

    @Test func `an apology has the dialogue's language when no words show another`() throws {
        let talk = try SimulatedConversation(
            hear: [.hear("你好"), .fail(Self.error)], answer: [[.say("你好！")]],
            speak: [.speak(.milliseconds(600)), .fail(Self.error)])
        talk.open()
        try talk.say()
        talk.finishReply()
        try talk.say()
        talk.simulation.advance(by: .seconds(1))
        #expect(talk.messages("sentence_start").last?.json["text"] == "抱歉，我这边出了点问题，请稍后再试。")
    }

    @Test func `after a failure the next turn works`() throws {
        let talk = try SimulatedConversation(answer: [[.fail(Self.error)], [.say("Fine again.")]])
        talk.open()
        try talk.say()
        talk.finishReply()
        try talk.say()
        talk.finishReply()
        #expect(talk.voice.sentences.last == "Fine again.")
    }

    @Test func `statement 39: nothing that a device sends ends its session`() throws {
        let talk = try SimulatedConversation()
        for text in [
            "", "{", "[]", "42", "null", #"{"type":7}"#, #"{"type":"nonsense"}"#, #"{"type":"listen"}"#,
            #"{"type":"listen","state":9}"#, #"{"type":"mcp"}"#, "\u{0}", String(repeating: "[", count: 5000),
        ] {
            talk.device.send(text: text)
        }
        talk.device.send(packet: [])
        talk.device.send(packet: [0xFF])
        talk.open()
        for seed in 0..<300 {
            var generator = SeededGenerator(seed: UInt64(seed))
            let count = Int.random(in: 0..<400, using: &generator)
            talk.device.send(packet: (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) })
        }
        talk.simulation.advance(by: .seconds(5))
        talk.send(["type": "listen", "state": "detect", "text": "still there?"])
        #expect(talk.finishReply())
        #expect(talk.device.closed == nil)
    }

    @Test(arguments: [2, 3])
    func `statement 14: a frame whose length lies is dropped and the session goes on`(version: Int64) throws {
        let talk = try SimulatedConversation()
        talk.send(["type": "hello", "version": .integer(version), "transport": "websocket"])
        talk.send(["type": "listen", "state": "start", "mode": "auto"])
        talk.device.send(packet: [0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3])
        talk.device.send(packet: [0, 0, 0xFF, 0xFF, 1])
        talk.send(["type": "listen", "state": "detect", "text": "hello"])
        #expect(talk.finishReply())
    }

    @Test(arguments: BinaryProtocolVersion.allCases)
    func
        `13, 14, 15: whoever frames audio is heard and answered in the same frames, lies and crumbs between them or not`(
            version: BinaryProtocolVersion
        ) throws
    {
        let talk = try SimulatedConversation()
        talk.open(framing: version)
        try talk.speak(300)
        let crumbs: [[UInt8]] = [[], [0], [0, 0], [0xFF, 0xFF, 0xFF]]
        for crumb in crumbs { talk.device.send(packet: version.encode(AudioPacket(payload: crumb[...]))) }
        if version != .v1 {
            talk.device.send(packet: [])
            talk.device.send(packet: [0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3])
        }
        try talk.say()
        #expect(talk.finishReply())
        #expect(talk.recognizer.heard.count == 1)
        #expect(!talk.audioFrames.isEmpty)
        for frame in talk.audioFrames {
            #expect(OpusPacket.duration(of: try version.decode(frame).payload) == .milliseconds(60))
        }
    }

    @Test func `a device that never reads is let go`() throws {
        let talk = try SimulatedConversation(speak: [.speak(.seconds(60))])
        talk.open()
        talk.simulation.settle()
        talk.device.stopReading()
        try talk.say()
        talk.simulation.advance(by: .seconds(60))
        #expect(talk.device.closed?.code == 1011)
        #expect(talk.reports.isClosed)
    }
}
