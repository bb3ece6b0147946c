package import VoiceAPI

/// What an answer is made of, in the order it is heard.
package enum AnswerPiece: Sendable {
    /// The next words.
    case words(String)
    /// Said while a slow tool works; no part of the answer.
    case filler(String)
    /// The classifier of `intent_llm` has decided; no part of the answer.
    case understood
    /// A song or another recording, after the words so far.
    case track(any AudioTrack)
}
