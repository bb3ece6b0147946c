package import VoiceAPI

/// What an answer is made of, in the order it is heard.
package enum AnswerPiece: Sendable {
    /// The next words.
    case words(String)
    /// The words so far are complete: tools begin to run.
    case calling
    /// The tools of a round have run; words of the next round follow.
    case exchange(ToolExchange)
    /// Said while a slow tool works; no part of the answer.
    case filler(String)
    /// The classifier of `intent_llm` has decided; no part of the answer.
    case understood
    /// A song or another recording, after the words so far.
    case track(any AudioTrack)
    /// Who speaks from the next answer on.
    case persona(String)
    /// The conversation ends when the answer has been played.
    case leave
}
