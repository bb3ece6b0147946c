import Conversation
import Flow
import JSON
import Synchronization
import Testing
import VoiceAPI
import VoiceTesting

/// Other settings and providers come while sessions are open.
@Suite struct ReloadTests {
    private func next(
        after conversation: SimulatedConversation, generation: Int = 1, answer: String = "The new one speaks.",
        onRetire: @escaping @Sendable () -> Void = {}
    ) -> Conversing {
        let current = conversation.live.current
        var (settings, providers) = (current.settings, current.providers)
        settings.persona = "new persona"
        settings.exitPhrases = ["so long"]
        providers.model = FakeModel([[.say(answer)]], clock: conversation.simulation.clock)
        return Conversing(settings: settings, providers: providers, generation: generation, onRetire: onRetire)
    }

    private func sentences(_ conversation: SimulatedConversation) -> [String] {
        conversation.messages("sentence_start").compactMap { $0.json["text"]?.string }
    }

    @Test func `a running turn ends with the old model, and the next one asks the new`() throws {
        let conversation = try SimulatedConversation(answer: [[.wait(.seconds(1)), .say("The old one speaks.")]]) {
            settings, _ in settings.persona = "old persona"
        }
        conversation.open()
        conversation.send(["type": "listen", "state": "detect", "text": "first"])
        let new = next(after: conversation)
        conversation.live.replace(with: new)
        #expect(conversation.finishReply())
        conversation.send(["type": "listen", "state": "detect", "text": "second"])
        #expect(conversation.finishReply())
        #expect(sentences(conversation) == ["The old one speaks.", "The new one speaks."])
        #expect(conversation.model.prompts.first?.messages.first == .system("old persona"))
        let model = try #require(new.providers.model as? FakeModel)
        #expect(model.prompts.first?.messages.first == .system("new persona"))
        #expect(model.prompts.first?.messages.contains(.user("first")) == true)
    }

    @Test func `what the old one owns is given back when the last turn with it has ended, not before`() throws {
        let conversation = try SimulatedConversation(answer: [[.say("Nothing yet.")]])
        conversation.open()
        let retired = Latch()
        conversation.live.replace(with: next(after: conversation, generation: 1, onRetire: { retired.open() }))
        conversation.send(["type": "listen", "state": "detect", "text": "first"])
        conversation.live.replace(with: next(after: conversation, generation: 2))
        conversation.simulation.advance(by: .milliseconds(500))
        #expect(!retired.isOpen)
        #expect(conversation.finishReply())
        conversation.simulation.advance(by: .seconds(1))
        #expect(retired.isOpen)
    }

    @Test func `exit phrases and endpointing of an open session follow`() throws {
        let conversation = try SimulatedConversation(hear: [.hear("so long")])
        conversation.open()
        conversation.live.replace(with: next(after: conversation))
        try conversation.say()
        #expect(conversation.finishReply())
        conversation.simulation.advance(by: .seconds(1))
        #expect(conversation.device.closed?.reason == "goodbye")
    }
}
