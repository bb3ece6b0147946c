import Flow
import DeviceProtocol
import VoiceAPI

/// Barge-in, `abort`, a newer turn, disconnect and shutdown are one thing: the turn's subtree is cancelled, queued audio
/// is dropped, `tts stop` goes out, and only what was heard is remembered. All in one step, so that no frame of the old
/// turn can slip out behind it (statements 30 to 32).
extension Session {
    func interrupt() { perform(machine.interrupt()) }

    /// The device wants silence. While somebody speaks there is silence already: a wake word or a button that took the
    /// same moment as a barge-in must not cost the words. Only an apology may be said while somebody speaks: their
    /// recognizer gave up.
    func abort() {
        if capture.utterance == nil || machine.isReplying { interrupt() }
    }

    func perform(_ actions: [TurnMachine.Action]) {
        for action in actions {
            switch action {
            case .announceSpeech:
                post(.speechStarted)
                reply = Reply(start: clock.now, format: speech)
                turn?.mark(\.speechAnnounced, at: clock.now)
            case .endSpeech:
                connection.dropAudio()
                rememberWhatWasHeard()
                post(.speechStopped)
                if capture.mode == .realtime { capture.echoEnd = clock.now + settings.echoTail }
            case .cancel(let id):
                guard let turn, turn.id == id else { continue }
                turn.end(as: .interrupted)
                dropUtterance()
                turn.cancelled.open()
            }
        }
    }

    /// The reply enters the dialogue: each round of tools, and of the words only what was heard, in their places.
    private func rememberWhatWasHeard() {
        endTrack()
        guard let reply else { return }
        let heard = reply.ledger.heard(unplayed: reply.playout.unplayed(at: clock.now))
        for (round, exchange) in reply.exchanges.enumerated() {
            dialogue.append(exchange.messages(after: heard.answer { $0 == round }))
        }
        let last = heard.answer { $0 >= reply.exchanges.count }
        if !last.isEmpty { dialogue.append([.assistant(last, toolCalls: [])]) }
        turn?.note(heard: heard.answer())
        self.reply = nil
    }
}
