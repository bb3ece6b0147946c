import DeviceProtocol
import Flow
import Logging
import Synchronization
import Tools
import VoiceAPI

/// The model's words become sentences as they come.
extension Session {
    func answer(language: String, in turn: Turn, into sentences: BoundedQueue<Sentence>) async {
        let prompt = dialogue.prompt(
            persona: persona ?? turn.settings.persona, tools: [], sessionID: id, language: language)
        let context = ToolContext(deviceID: identity.deviceID, sessionID: id, language: language)
        let writer = SentenceWriter(sentences: sentences)
        let hasActed = Atomic(false)
        do {
            try await answerer(language: language, turn: turn).answer(prompt, context: context) { piece in
                switch piece {
                case .exchange, .track, .persona, .leave: hasActed.store(true, ordering: .relaxed)
                case .words, .calling, .filler, .understood: break
                }
                switch piece {
                case .words(let text):
                    turn.mark(\.firstToken, at: self.clock.now)
                    if let emotion = await writer.emotion(in: text) { await self.show(emotion, in: turn) }
                    await writer.write(text)
                case .calling: await writer.endRound()
                case .exchange(let exchange): await self.inReply(of: turn) { $0.reply?.exchanges.append(exchange) }
                case .filler(let words): await writer.interject(words)
                case .track(let track): await writer.play(track)
                case .understood: turn.mark(\.intent, at: self.clock.now)
                case .persona(let persona): await self.inReply(of: turn) { $0.persona = persona }
                case .leave: await self.inReply(of: turn) { $0.leavesAfterReply = true }
                }
                if await writer.hasWritten { turn.mark(\.firstSentence, at: self.clock.now) }
            }
            await writer.finish()
            guard await writer.hasWritten || hasActed.load(ordering: .relaxed) else {
                throw ProviderError(
                    .invalidResponse, provider: turn.providers.model.name, message: "the answer holds no words")
            }
            events(.providerAnswered(provider: turn.providers.model.name, kind: "llm"))
            if await writer.hasWritten { turn.mark(\.firstSentence, at: clock.now) }
        } catch {
            guard !Task.isCancelled else { return }
            turn.end(as: .failed)
            events(.failed(error, provider: turn.providers.model.name, kind: "llm"))
            logger.warning("the language model failed", metadata: ["turn_id": "\(turn.id)", "error": "\(error)"])
            await writer.finish()
            let apology = turn.settings.phrases.phrase(turn.settings.phrases.apology, language: language)
            await sentences.send(Sentence(apology, isAnswer: false))
        }
    }

    private func answerer(language: String, turn: Turn) -> Answerer {
        let (settings, providers) = (turn.settings, turn.providers)
        let registry = tools.registry(with: providers.tools)
        let filler = settings.fillerDelay.map { delay in
            (words: settings.phrases.phrase(settings.phrases.filler, language: language), after: delay)
        }
        return Answerer(
            model: providers.model, intent: providers.intent, registry: registry,
            executor: ToolExecutor(
                registry: registry, clock: clock, defaultTimeout: settings.toolDeadline, jobs: jobs,
                onCall: { turn.note($0) }),
            clock: clock, tokenDeadline: settings.firstTokenDeadline, filler: filler)
    }

    /// Changes the session, unless the turn that wants it is over.
    private func inReply(of turn: Turn, _ change: @Sendable (isolated Session) -> Void) {
        if machine.maySpeak(in: turn.id) { change(self) }
    }

    private func show(_ emotion: Emotion, in turn: Turn) {
        guard features.emoji, machine.maySpeak(in: turn.id) else { return }
        post(.emotion(emotion))
    }
}
