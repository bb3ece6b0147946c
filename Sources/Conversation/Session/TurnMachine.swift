/// Where a session stands between two turns and within one. Pure: it returns what to do, the session does it.
///
/// It alone guarantees that every `tts start` gets exactly one `tts stop`, and that nothing of an old turn is heard
/// after a newer one began (conformance statements 24, 25 and 32).
struct TurnMachine: Equatable {
    /// Names a turn within its session; later turns have greater numbers.
    typealias TurnID = Int

    enum Phase: Equatable {
        /// Nobody speaks.
        case idle
        /// The person speaks; words are not known yet.
        case hearing(TurnID)
        /// The answer is being made or played; `tts start` has been sent.
        case replying(TurnID)
    }

    enum Action: Equatable {
        /// Send `tts start`.
        case announceSpeech
        /// Drop queued audio, then send `tts stop`.
        case endSpeech
        /// Cancel the turn's subtree.
        case cancel(TurnID)
    }

    private(set) var phase = Phase.idle
    private var lastTurn = 0

    /// The turn in progress, nil when idle.
    var current: TurnID? {
        switch phase {
        case .idle: nil
        case .hearing(let turn), .replying(let turn): turn
        }
    }

    var isReplying: Bool { if case .replying = phase { true } else { false } }

    /// A turn begins: the person starts to speak, or typed. Whatever was going on is interrupted.
    mutating func begin() -> (turn: TurnID, actions: [Action]) {
        let actions = interrupt()
        lastTurn += 1
        phase = .hearing(lastTurn)
        return (lastTurn, actions)
    }

    /// The words are known and there will be an answer.
    ///
    /// - Returns: nil when the turn is no longer the current one and must say nothing.
    mutating func reply(in turn: TurnID) -> [Action]? {
        guard phase == .hearing(turn) else { return nil }
        phase = .replying(turn)
        return [.announceSpeech]
    }

    /// Whether audio and subtitles of this turn may still go out.
    func maySpeak(in turn: TurnID) -> Bool { phase == .replying(turn) }

    /// The turn is over, for whatever reason.
    mutating func end(_ turn: TurnID) -> [Action] {
        guard current == turn else { return [] }
        defer { phase = .idle }
        return isReplying ? [.endSpeech] : []
    }

    /// Barge-in, `abort`, a newer turn, disconnect or shutdown: they are one thing.
    mutating func interrupt() -> [Action] {
        guard let turn = current else { return [] }
        return end(turn) + [.cancel(turn)]
    }
}
