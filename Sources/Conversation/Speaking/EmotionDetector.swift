import DeviceProtocol

/// Finds the face for a reply: its first emoji, or a friendly default with the first words. Once per reply, as the
/// reference does, and before the first sentence.
struct EmotionDetector {
    private var isDecided = false

    /// - Returns: the emotion, with the first piece of text that is not blank.
    mutating func push(_ text: String) -> Emotion? {
        guard !isDecided, text.unicodeScalars.contains(where: { !$0.properties.isWhitespace }) else { return nil }
        isDecided = true
        for scalar in text.unicodeScalars {
            if let emotion = Emotion(emoji: scalar) { return emotion }
        }
        return .happy
    }
}
