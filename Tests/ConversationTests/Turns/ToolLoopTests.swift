import Conversation
import Flow
import JSON
import Synchronization
import Testing
import Tools
import VoiceAPI
import VoiceTesting

/// The model asks for tools; the person hears the end of it.
@Suite struct ToolLoopTests {
    private static func call(_ name: String, _ arguments: String = "{}", id: String = "1") -> FakeModel.Step {
        .call(ToolCall(id: id, name: name, arguments: arguments))
    }

    private func talk(
        _ tools: [any Tool], _ answer: [[FakeModel.Step]],
        prepare: (inout SessionSettings, inout Providers) -> Void = { _, _ in }
    ) throws -> SimulatedConversation {
        let talk = try SimulatedConversation(
            answer: answer,
            prepare: { settings, providers in
                providers.tools = ToolShelf(tools)
                prepare(&settings, &providers)
            })
        talk.open()
        try talk.say()
        return talk
    }

    private func said(_ talk: SimulatedConversation) -> [String] {
        talk.messages("sentence_start").compactMap { $0.json["text"]?.string }
    }

    @Test func `several steps of tools end in an answer`() throws {
        let tools: [any Tool] = [
            TestTool(name: "find") { _ in .inform("room 7") },
            TestTool(name: "open") { .inform("opened \($0["room"]?.string ?? "")") },
        ]
        let talk = try talk(
            tools,
            [[Self.call("find")], [Self.call("open", #"{"room":"7"}"#, id: "2")], [.say("The room is open.")]])
        #expect(talk.finishReply())
        #expect(said(talk) == ["The room is open."])
        let last = try #require(talk.model.prompts.last)
        #expect(last.messages.contains(.tool(id: "1", content: "room 7")))
        #expect(last.messages.contains(.tool(id: "2", content: "opened 7")))
    }

    @Test func `calls of one round run side by side`() throws {
        let simulation = Mutex(0)
        let tools = ["a", "b"].map { name in
            TestTool(name: name) { _ in
                simulation.withLock { $0 += 1 }
                return .inform(name)
            }
        }
        let talk = try talk(tools, [[Self.call("a"), Self.call("b", id: "1")], [.say("Both done.")]])
        #expect(talk.finishReply())
        #expect(simulation.withLock { $0 } == 2)
        // Two calls with one id still get two results.
        let results = try #require(talk.model.prompts.last).messages.filter {
            if case .tool = $0 { true } else { false }
        }
        #expect(results.count == 2)
    }

    @Test(arguments: [
        ("missing", "{}", "error: there is no tool named missing"),
        ("strict", #"{"volume":"loud"}"#, #"error: wrong arguments: volume: expected integer, got "loud""#),
        ("strict", "[1]", "error: the arguments are not a JSON object"),
        ("broken", "{}", "error: Broken()"), ("hanging", "{}", "error: hanging: timedOut"),
    ])
    func `whatever goes wrong is told to the model, and the turn ends with speech`(
        name: String, arguments: String, told: String
    ) throws {
        struct Broken: Error {}
        let tools: [any Tool] = [
            TestTool(
                name: "strict",
                schema: ["type": "object", "properties": ["volume": ["type": "integer"]], "required": ["volume"]]
            ) { _ in .silent },
            TestTool(name: "broken") { _ in throw Broken() },
            TestTool(name: "hanging") { _ in
                await Latch().wait()
                throw CancellationError()
            },
        ]
        let script: [[FakeModel.Step]] = [[Self.call(name, arguments)], [.say("That did not work.")]]
        let talk = try talk(tools, script)
        #expect(talk.finishReply())
        #expect(said(talk) == ["That did not work."])
        let content = try #require(talk.model.prompts.last).messages.compactMap { message -> String? in
            if case .tool(_, let content) = message { content } else { nil }
        }
        #expect(content.first?.hasPrefix(told) == true)
    }

    @Test func `a model that never stops calling must answer after five rounds`() throws {
        let talk = try talk(
            [TestTool(name: "again") { _ in .inform("more") }],
            Array(repeating: [Self.call("again")], count: 5) + [[.say("Enough.")]])
        #expect(talk.finishReply())
        #expect(said(talk) == ["Enough."])
        let prompts = talk.model.prompts
        #expect(prompts.count == 6)
        #expect(talk.model.prompts.last?.tools.isEmpty == true)
    }

    @Test func `a call written as text is a call`() throws {
        let talk = try talk(
            [TestTool(name: "find") { _ in .speak("It is in the hall.") }],
            [[.say("Let me see. <tool_"), .say(#"call>{"name": "find", "arguments": {}}</tool_call>"#)]])
        #expect(talk.finishReply())
        #expect(said(talk) == ["Let me see.", "It is in the hall."])
    }

    @Test func `a model without native calls is told of the tools in words`() throws {
        let talk = try talk(
            [TestTool(name: "find") { _ in .inform("in the hall") }],
            [[.say(#"<tool_call>{"name":"find","arguments":{}}</tool_call>"#)], [.say("Look in the hall.")]],
            prepare: { _, providers in providers.model = PromptedToolsModel(providers.model) })
        #expect(talk.finishReply())
        #expect(said(talk) == ["Look in the hall."])
        let prompts = talk.model.prompts
        #expect(prompts.allSatisfy { $0.tools.isEmpty })
        #expect(prompts.last?.messages.last == .user("<tool_result>\nin the hall\n</tool_result>"))
    }

    @Test func `intent_llm asks one model what to do and another to answer`() throws {
        let talk = try SimulatedConversation(
            answer: [
                [.say(#"{"function_call": {"name": "find", "arguments": {}}}"#)], [.say("Look in the hall.")],
            ],
            prepare: { _, providers in
                providers.tools = ToolShelf([TestTool(name: "find") { _ in .inform("in the hall") }])
                providers.intent = .classifier(providers.model)
            })
        talk.open()
        try talk.say()
        #expect(talk.finishReply())
        #expect(said(talk) == ["Look in the hall."])
        #expect(talk.model.prompts.count == 2)
        #expect(talk.model.prompts.last?.tools.isEmpty == true)
    }

    @Test func `nointent offers no tools`() throws {
        let talk = try talk(
            [TestTool(name: "find") { _ in .silent }], [[.say("Just talking.")]],
            prepare: { _, providers in providers.intent = .none })
        #expect(talk.finishReply())
        #expect(talk.model.prompts.first?.tools.isEmpty == true)
    }

    @Test func `a role stays after it was changed`() throws {
        let talk = try talk(
            [TestTool(name: "role") { _ in .adopt(persona: "You are a pirate.", words: "Aye!") }],
            [[Self.call("role")], [.say("Arr.")]])
        #expect(talk.finishReply())
        #expect(said(talk) == ["Aye!"])
        talk.send(["type": "listen", "state": "detect", "text": "who are you"])
        #expect(talk.finishReply())
        #expect(talk.model.prompts.last?.messages.first == .system("You are a pirate."))
    }

    /// Ten seconds of sound.
    private final class TestTrack: AudioTrack {
        let title = "A song"
        let heard = Mutex<Duration?>(nil)
        func play(emit: (TrackPiece) async -> Void) async throws(ProviderError) {
            for _ in 0..<100 {
                if Task.isCancelled { throw ProviderError(.cancelled, provider: title, message: "over") }
                await emit(.frame(AudioFrame(sampleRate: 24_000, samples: [Int16](repeating: 900, count: 2400))))
            }
        }
        func stopped(afterHearing heard: Duration) { self.heard.withLock { $0 = heard } }
    }

    @Test func `a track plays at the pace of sound after its announcement`() throws {
        let track = TestTrack()
        let talk = try talk(
            [TestTool(name: "play") { _ in .play(track, words: "Here you are.") }], [[Self.call("play")]])
        #expect(talk.finishReply())
        #expect(said(talk) == ["Here you are.", "A song"])
        let times = talk.audioTimes
        let length = try #require(times.last) - times[0]
        #expect(length > .seconds(10) && length < .seconds(12))
        #expect(track.heard.withLock { $0 } == .milliseconds(10_020))
        // Words go out in the codec for speech, the track in the one for music (the first byte's upper bits).
        let codecs = talk.device.received.compactMap { received -> UInt8? in
            if case .binary(let packet) = received.frame { packet.first.map { $0 >> 3 } } else { nil }
        }
        #expect(try #require(codecs.first) < 16)
        #expect(try #require(codecs.last) >= 16)
    }

    @Test func `an interrupted track knows how much was heard`() throws {
        let track = TestTrack()
        let talk = try talk([TestTool(name: "play") { _ in .play(track, words: "") }], [[Self.call("play")]])
        talk.simulation.advance(by: .seconds(4))
        talk.send(["type": "abort"])
        let heard = try #require(track.heard.withLock { $0 })
        #expect(heard > .seconds(3) && heard < .seconds(5))
    }
}
