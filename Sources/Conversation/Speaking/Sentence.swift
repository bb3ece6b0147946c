/// One thing to say aloud.
package struct Sentence: Sendable, Equatable {
    /// Plain words for the voice and the device's subtitle.
    package var text: String
    /// False for the server's own phrases (an apology), which are not part of the dialogue.
    package var isAnswer: Bool

    package init(_ text: String, isAnswer: Bool = true) {
        self.text = text
        self.isAnswer = isAnswer
    }
}
