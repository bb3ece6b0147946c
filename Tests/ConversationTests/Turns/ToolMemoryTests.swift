import Conversation
import Flow
import JSON
import Testing
import Tools
import VoiceAPI
import VoiceTesting

/// What of a turn with tools the model finds in the dialogue afterwards.
@Suite struct ToolMemoryTests {
    private static func call(_ name: String, id: String = "1") -> ToolCall {
        ToolCall(id: id, name: name, arguments: "{}")
    }

    private static let find = TestTool(name: "find") { _ in .inform("in the hall") }

    private func talk(
        _ tools: [any Tool], _ answer: [[FakeModel.Step]], speak: [FakeVoice.Behaviour] = [.speak(.milliseconds(900))],
        prepare: (inout SessionSettings, inout Providers) -> Void = { _, _ in }
    ) throws -> SimulatedConversation {
        let talk = try SimulatedConversation(
            answer: answer, speak: speak,
            prepare: { settings, providers in
                providers.tools = ToolShelf(tools)
                prepare(&settings, &providers)
            })
        talk.open()
        talk.send(["type": "listen", "state": "detect", "text": "where is it"])
        return talk
    }

    /// Asks once more.
    ///
    /// - Returns: the dialogue that the model gets with it, without the last words.
    private func remembered(by talk: SimulatedConversation) -> [Message] {
        talk.send(["type": "listen", "state": "detect", "text": "and now"])
        talk.finishReply()
        for prompt in talk.model.prompts { #expect(prompt.messages.isWellFormed) }
        return talk.model.prompts.last?.messages.dropLast() ?? []
    }

    @Test func `words before a call are remembered once, with their call`() throws {
        let call = Self.call("find")
        let talk = try talk(
            [Self.find], [[.say("Let me see. "), .call(call)], [.say("Look in the hall.")], [.say("Yes.")]])
        #expect(talk.finishReply())
        #expect(
            remembered(by: talk) == [
                .user("where is it"), .assistant("Let me see.", toolCalls: [call]),
                .tool(id: "1", content: "in the hall"), .assistant("Look in the hall.", toolCalls: []),
            ])
    }

    @Test func `an interrupted turn keeps the tools that ran, and of the words what was heard`() throws {
        let (first, second) = (Self.call("find"), Self.call("find", id: "2"))
        let talk = try talk(
            [Self.find],
            [
                [.call(first)], [.say("Let me look. "), .call(second)],
                [.say("One two three four five six seven eight nine ten.")], [.say("Yes.")],
            ], speak: [.speak(.seconds(2)), .speak(.seconds(10)), .speak(.milliseconds(600))])
        talk.simulation.advance(by: .seconds(4))
        talk.send(["type": "abort"])
        let dialogue = remembered(by: talk)
        #expect(
            dialogue.dropLast() == [
                .user("where is it"), .assistant("", toolCalls: [first]), .tool(id: "1", content: "in the hall"),
                .assistant("Let me look.", toolCalls: [second]), .tool(id: "2", content: "in the hall"),
            ])
        guard case .assistant(let heard, let calls)? = dialogue.last else {
            Issue.record("no words are remembered: \(dialogue)")
            return
        }
        #expect(calls.isEmpty)
        #expect(heard.hasPrefix("One two three"))
        #expect(!heard.contains("eight"))
    }

    @Test func `a call that was cut off is not remembered, what was said before it is`() throws {
        let hanging = TestTool(name: "hanging") { _ in
            await Latch().wait()
            throw CancellationError()
        }
        let talk = try talk([hanging], [[.say("Let me see. "), .call(Self.call("hanging"))], [.say("Yes.")]])
        talk.simulation.advance(by: .seconds(3))
        talk.send(["type": "abort"])
        #expect(remembered(by: talk) == [.user("where is it"), .assistant("Let me see.", toolCalls: [])])
    }

    @Test func `what is said before a call is spoken while the tool works`() throws {
        let gate = Latch()
        let slow = TestTool(name: "slow") { _ in
            await gate.wait()
            return .speak("It is in the hall.")
        }
        let talk = try talk([slow], [[.say("Let me check"), .call(Self.call("slow"))]])
        talk.simulation.advance(by: .seconds(2))
        #expect(talk.voice.sentences == ["Let me check"])
        gate.open()
        talk.finishReply()
        #expect(talk.voice.sentences == ["Let me check", "It is in the hall."])
    }

    @Test func `a role stays adopted although its first words are interrupted`() throws {
        let role = TestTool(name: "role") { _ in .adopt(persona: "You are a pirate.", words: "Aye!") }
        let talk = try talk([role], [[.call(Self.call("role"))], [.say("Arr.")]], speak: [.speak(.seconds(5))])
        talk.simulation.advance(by: .seconds(1))
        talk.send(["type": "abort"])
        #expect(remembered(by: talk).first == .system("You are a pirate."))
    }

    @Test func `the model that is asked for the intent sees no half of a tool's exchange`() throws {
        let calls = #"{"function_calls": [{"name": "find"}, {"name": "find"}]}"#
        let talk = try talk(
            [Self.find],
            [
                [.say(calls)], [.say("Look in the hall.")], [.say(#"{"function_call": {"name": "continue_chat"}}"#)],
                [.say("Yes.")],
            ],
            prepare: { _, providers in providers.intent = .classifier(providers.model) })
        #expect(talk.finishReply())
        _ = remembered(by: talk)
        #expect(talk.model.prompts.count == 4)
        #expect(
            talk.model.prompts[2].messages.dropFirst() == [
                .user("where is it"), .assistant("Look in the hall.", toolCalls: []), .user("and now"),
            ])
    }
}
