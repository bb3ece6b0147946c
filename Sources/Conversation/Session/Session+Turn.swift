import Flow
import DeviceProtocol
import VoiceAPI

/// One turn from the first word to the end of playback, as a walk through the rooms.
extension Session {
    /// Makes a turn the current one; whatever was going on is interrupted.
    func begin(_ input: Turn.Input) -> Turn {
        if machine.isReplying, case .speech = input { turn?.mark(\.bargeIn, at: listener.onsetTime) }
        let (id, actions) = machine.begin()
        perform(actions)
        refresh()
        let turn = Turn(id: id, input: input, conversing: live.current)
        self.turn = turn
        // Whoever speaks on stays.
        leavesAfterReply = false
        return turn
    }

    /// Runs a turn's subtree until it is done or cancelled.
    func run(_ turn: Turn) async {
        events(.turnBegan)
        await withTaskGroup(of: Void.self) { group in
            group.addTask { turn.note(said: await self.converse(turn)) }
            group.addTask { await turn.cancelled.wait() }
            await group.next()
            group.cancelAll()
        }
        perform(machine.end(turn.id))
        turn.mark(\.ended, at: clock.now)
        events(.turnEnded)
        report(turn, userText: turn.said, heardText: turn.heard)
        guard turn === self.turn else { return }
        giveUpUtterance()
        // Nothing was listened to during the answer. Otherwise somebody may be in the middle of a first syllable.
        if isHalfDuplex, turn.timeline.speechAnnounced != nil { listener.reset() }
        // Whoever interrupts a goodbye stays.
        if leavesAfterReply, turn.timeline.ending != .interrupted { close(1000, reason: "goodbye") }
        leavesAfterReply = false
        // What the turn held must not wait for the next one.
        self.turn = nil
    }

    /// The recognizer gave up while the person still spoke: what they say from now on is another utterance.
    private func giveUpUtterance() {
        guard capture.utterance != nil else { return }
        dropUtterance()
        listener.endUtterance()
    }

    /// Takes over what lasts longer than a turn, when another configuration was loaded.
    func refresh() {
        let conversing = live.current
        guard conversing.generation != generation else { return }
        generation = conversing.generation
        let settings = conversing.settings
        listener.endpointing = settings.endpointing
        wakeWords = PhraseMatcher(phrases: settings.wakeWords)
        exitPhrases = PhraseMatcher(phrases: settings.exitPhrases)
        dialogue.limit = max(settings.dialogueLimit, 2)
    }

    /// - Returns: what the person said, empty when nothing was understood.
    private func converse(_ turn: Turn) async -> String {
        var heard = await words(of: turn.input, in: turn)
        // Behind the last part there is no suspension before the reply is opened: nothing can be added unheard.
        while let part = turn.nextPart() {
            heard = heard.followed(by: await words(of: .speech(part), in: turn))
        }
        if Task.isCancelled { return "" }
        if case .failure = heard { turn.end(as: .failed) }
        switch understand(heard, in: turn) {
        case .nothing:
            turn.end(as: .unintelligible)
            // From here on, before `run` goes on, whoever begins to speak begins a turn of their own.
            giveUpUtterance()
            perform(machine.end(turn.id))
            return ""
        case .say(let phrase, let words, let leaves):
            guard announce(words, in: turn) else { return "" }
            if leaves { leavesAfterReply = true }
            let language = words.isEmpty ? dialogue.language : words.writtenLanguage
            await speak(in: turn, language: language) { sentences in
                turn.mark(\.firstSentence, at: self.clock.now)
                await sentences.send(Sentence(phrase, isAnswer: false))
            }
            return words
        case .obey(let instruction):
            let language = dialogue.language
            guard announce("", in: turn) else { return "" }
            dialogue.append([.user(instruction)])
            await speak(in: turn, language: language) { sentences in
                await self.answer(language: language, in: turn, into: sentences)
            }
            return ""
        case .answer(let transcript):
            guard announce(transcript.text, in: turn) else { return "" }
            dialogue.append([.user(transcript.text)])
            let language = transcript.language ?? transcript.text.writtenLanguage
            await speak(in: turn, language: language) { sentences in
                await self.answer(language: language, in: turn, into: sentences)
            }
            return transcript.text
        }
    }

    /// Shows the words and opens the reply. `tts start` goes out before the model is asked, so that the device's 100 ms
    /// of settling overlap with the model's thinking.
    private func announce(_ words: String, in turn: Turn) -> Bool {
        guard capture.hasListened, let actions = machine.reply(in: turn.id) else { return false }
        if !words.isEmpty { post(.transcript(words)) }
        perform(actions)
        return true
    }

    /// Three stages side by side: `write` makes sentences, the voice speaks them, playout sends them.
    private func speak(
        in turn: Turn, language: String,
        write: @escaping @Sendable (BoundedQueue<Sentence>) async -> Void
    ) async {
        let sentences = BoundedQueue<Sentence>(limit: 8)
        let playout = BoundedQueue<PlayoutItem>(limit: 1200)
        let voiceFailed = Latch()
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await withTaskGroup(of: Void.self) { writing in
                    writing.addTask { await write(sentences) }
                    // Nobody will hear more: neither model nor tools go on.
                    writing.addTask { await voiceFailed.wait() }
                    await writing.next()
                    writing.cancelAll()
                }
                sentences.finish()
            }
            group.addTask {
                await self.voice(
                    sentences, language: language, into: playout, turn: turn, onFailure: { voiceFailed.open() })
                playout.finish()
            }
            group.addTask { await self.play(playout, in: turn) }
        }
    }
}
