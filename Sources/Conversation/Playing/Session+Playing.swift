import Flow
import DeviceProtocol
import VoiceAPI

/// The way back: packets leave at the pace of speech.
extension Session {
    /// After the device has played the last frame, some patience for its own buffers (statement 29 allows 500 ms; the
    /// reference waits as long).
    private static let drainTime = Duration.milliseconds(120)

    /// Sends what `queue` brings, in time, until it ends and has been played, or the turn is no longer current.
    func play(_ queue: BoundedQueue<PlayoutItem>, in turn: Turn) async {
        var announced: Sentence?
        for await item in queue {
            guard machine.maySpeak(in: turn.id) else { return }
            switch item {
            case .sentence(let sentence): announced = sentence
            case .packet(let packet):
                let ready = clock.now
                guard await waitToSend(in: turn) else { return }
                if let sentence = announced {
                    begin(sentence)
                    announced = nil
                }
                send(packet, ready: ready, in: turn)
            case .sentenceEnd:
                // A sentence without audio is still shown.
                if let sentence = announced { begin(sentence) }
                announced = nil
                reply?.ledger.complete()
            }
        }
        guard let reply, machine.maySpeak(in: turn.id), reply.playout.unplayed(at: clock.now) > .zero else { return }
        try? await clock.sleep(until: reply.playout.playbackEnd + Self.drainTime)
        turn.mark(\.playbackEnd, at: clock.now)
    }

    private func waitToSend(in turn: Turn) async -> Bool {
        guard let reply else { return false }
        let due = reply.playout.sendTime(of: reply.frame)
        if due > clock.now {
            do { try await clock.sleep(until: due) } catch { return false }
        }
        return machine.maySpeak(in: turn.id)
    }

    private func begin(_ sentence: Sentence) {
        endTrack()
        reply?.track = sentence.track
        reply?.ledger.begin(sentence.text, isAnswer: sentence.isAnswer, round: sentence.round)
        post(.sentenceStarted(sentence.text))
    }

    /// Tells a track how much of it was heard; its successor has begun or the reply is over.
    func endTrack() {
        guard let reply, let track = reply.track else { return }
        track.stopped(afterHearing: reply.ledger.heardOfLast(unplayed: reply.playout.unplayed(at: clock.now)))
        self.reply?.track = nil
    }

    private func send(_ packet: [UInt8], ready: Duration, in turn: Turn) {
        guard let frame = reply?.frame, let playout = reply?.playout else { return }
        let now = clock.now
        post(packet: packet)
        events(
            .frameSent(lateness: playout.lateness(of: frame, ready: ready, at: now), gap: playout.gap(at: now)))
        reply?.playout.sent(frame, at: now)
        reply?.ledger.sent(frame)
        turn.mark(\.firstFrame, at: now)
    }
}
