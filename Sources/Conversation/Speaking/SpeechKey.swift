import VoiceAPI

/// What makes two sentences sound the same.
struct SpeechKey: Hashable {
    /// The synthesizer's name.
    var synthesizer: String
    var voice: Voice
    var format: SpeechFormat
    var text: String
}
