import Flow
import Logging
import DeviceProtocol
import VoiceAPI

/// The model's words become sentences as they come.
extension Session {
    func answer(language: String, in turn: Turn, into sentences: BoundedQueue<Sentence>) async {
        let prompt = dialogue.prompt(persona: settings.persona, tools: [], sessionID: id, language: language)
        let context = ToolContext(deviceID: identity.deviceID, sessionID: id, language: language)
        let answerer = Answerer(
            model: providers.model, tools: providers.tools, clock: clock,
            tokenDeadline: settings.firstTokenDeadline, toolDeadline: settings.toolDeadline)
        let writer = SentenceWriter(sentences: sentences)
        do {
            let outcome = try await answerer.answer(prompt, context: context) { text in
                turn.mark(\.firstToken, at: self.clock.now)
                if let emotion = await writer.emotion(in: text) { await self.show(emotion, in: turn) }
                await writer.write(text)
                if await writer.hasWritten { turn.mark(\.firstSentence, at: self.clock.now) }
            }
            await writer.finish()
            for message in outcome.messages where machine.maySpeak(in: turn.id) { dialogue.append(message) }
            if outcome.leaves, machine.maySpeak(in: turn.id) { leavesAfterReply = true }
        } catch {
            guard !Task.isCancelled else { return }
            turn.end(as: .failed)
            logger.warning("the language model failed", metadata: ["turn": "\(turn.id)", "error": "\(error)"])
            await writer.finish()
            let apology = settings.phrases.phrase(settings.phrases.apology, language: language)
            await sentences.send(Sentence(apology, isAnswer: false))
        }
    }

    private func show(_ emotion: Emotion, in turn: Turn) {
        guard features.emoji, machine.maySpeak(in: turn.id) else { return }
        post(.emotion(emotion))
    }
}
