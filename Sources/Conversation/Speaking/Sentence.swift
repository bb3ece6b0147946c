package import VoiceAPI

/// One thing to say aloud, or a track to play.
package struct Sentence: Sendable {
    /// Plain words for the voice and the device's subtitle; of a track, its title.
    package var text: String
    /// False for the server's own phrases (an apology), which are not part of the dialogue.
    package var isAnswer: Bool
    /// Rounds of tools that the model had begun when it wrote this.
    package var round = 0
    /// Played instead of the words.
    package var track: (any AudioTrack)?

    package init(_ text: String, isAnswer: Bool = true, round: Int = 0) {
        self.text = text
        self.isAnswer = isAnswer
        self.round = round
    }

    package init(track: any AudioTrack) {
        text = track.title
        isAnswer = false
        self.track = track
    }
}
