/// What a decoder made of an utterance.
struct DecodedSpeech: Sendable, Hashable {
    /// Words with a space between; empty when nothing fits.
    var text = ""
    /// How much of the loud part of the utterance the words account for, 0…1.
    var coverage = 0.0
}
