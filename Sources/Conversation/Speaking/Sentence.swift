package import VoiceAPI

/// One thing to say aloud, or a track to play.
package struct Sentence: Sendable {
    /// Plain words for the voice and the device's subtitle; of a track, its title.
    package var text: String
    /// False for the server's own phrases (an apology), which are not part of the dialogue.
    package var isAnswer: Bool
    /// Played instead of the words.
    package var track: (any AudioTrack)?

    package init(_ text: String, isAnswer: Bool = true) {
        self.text = text
        self.isAnswer = isAnswer
    }

    package init(track: any AudioTrack) {
        text = track.title
        isAnswer = false
        self.track = track
    }
}
