import Flow
import Synchronization
import Tools

/// One turn: what the person says and what is answered. Its subtree of tasks lives until `cancelled` opens or it is done.
final class Turn: Sendable {
    enum Input: Sendable {
        /// Speech, while it is being said.
        case speech(Utterance)
        /// Typed words.
        case text(String)
        /// The device woke up by this phrase.
        case wakeWord(String)
        /// The model is told to say something, though nobody asked: the idle goodbye.
        case instruction(String)
        /// The server has something to say.
        case announcement(String)
    }

    let id: TurnMachine.TurnID
    let input: Input
    /// Its settings and providers, whatever is loaded meanwhile.
    let conversing: Conversing
    let cancelled = Latch()
    private let marks = Mutex(TurnTimeline())
    private let words = Mutex((said: "", heard: ""))
    private let calls = Mutex<[ToolTiming]>([])
    private let parts = Mutex((waiting: [Utterance](), count: 0))
    /// So often a person may speak on; a television never ends.
    private static let mostParts = 7

    var settings: SessionSettings { conversing.settings }
    var providers: Providers { conversing.providers }

    init(id: TurnMachine.TurnID, input: Input, conversing: Conversing) {
        self.id = id
        self.conversing = conversing
        self.input = input
    }

    /// What the person said; empty when nothing was understood.
    var said: String { words.withLock { $0.said } }
    /// What the person heard of the answer.
    var heard: String { words.withLock { $0.heard } }
    func note(said: String) { words.withLock { if !said.isEmpty { $0.said = said } } }
    func note(heard: String) { words.withLock { $0.heard = heard } }

    /// The person speaks on before the first words are recognized.
    ///
    /// - Returns: false when it is enough and the turn is to be answered first.
    func add(_ part: Utterance) -> Bool {
        parts.withLock { parts in
            guard parts.count < Self.mostParts else { return false }
            parts.waiting.append(part)
            parts.count += 1
            return true
        }
    }

    /// What is to be recognized next.
    func nextPart() -> Utterance? { parts.withLock { $0.waiting.isEmpty ? nil : $0.waiting.removeFirst() } }

    var timeline: TurnTimeline { marks.withLock { $0 } }

    /// The tool calls that are over; at most those of `Answerer`'s rounds.
    var tools: [ToolTiming] { calls.withLock { $0 } }

    func note(_ call: ToolTiming) { calls.withLock { $0.append(call) } }

    /// Notes when something happened the last time.
    func remark(_ moment: any WritableKeyPath<TurnTimeline, Duration?> & Sendable, at time: Duration?) {
        marks.withLock { $0[keyPath: moment] = time }
    }

    /// Notes when something happened, the first time it does.
    func mark(_ moment: any WritableKeyPath<TurnTimeline, Duration?> & Sendable, at time: Duration?) {
        marks.withLock { if $0[keyPath: moment] == nil { $0[keyPath: moment] = time } }
    }

    func end(as ending: TurnEnding) {
        marks.withLock { if $0.ending == .completed { $0.ending = ending } }
    }
}
