import VoiceAPI

/// Reads what sherpa-onnx says about an utterance.
enum SherpaResult {
    /// - Parameters:
    ///   - text: the words, perhaps with SenseVoice's tags `<|zh|><|HAPPY|><|Speech|><|withitn|>` before them.
    ///   - language: a tag such as `<|zh|>`, or empty.
    ///   - emotion: a tag such as `<|HAPPY|>`, or empty.
    static func transcript(text: String, language: String, emotion: String) -> Transcript {
        var words = text[...]
        var tags: [String] = []
        while words.hasPrefix("<|"), let end = words.firstRange(of: "|>") {
            tags.append(String(words[words.startIndex..<end.upperBound]))
            words = words[end.upperBound...]
        }
        let languageTag = language.isEmpty ? tags.first ?? "" : language
        let emotionTag = emotion.isEmpty ? tags.dropFirst().first ?? "" : emotion
        return Transcript(
            text: trimmed(words), language: Self.language(bare(languageTag)), emotion: emotions[bare(emotionTag)])
    }

    /// Without spaces at either end; models write a word with a space before it.
    static func trimmed(_ text: some StringProtocol) -> String {
        let start = text.drop(while: \.isWhitespace)
        return String(start.reversed().drop(while: \.isWhitespace).reversed())
    }

    private static func bare(_ tag: String) -> String {
        tag.replacing("<|", with: "").replacing("|>", with: "")
    }

    /// SenseVoice's languages; Cantonese is a language of its own. `nospeech` and others say nothing.
    private static func language(_ tag: String) -> String? {
        ["zh", "en", "ja", "ko", "yue"].contains(tag) ? tag : nil
    }

    /// SenseVoice's emotions as the faces a device can show.
    private static let emotions = [
        "HAPPY": "happy", "SAD": "sad", "ANGRY": "angry", "NEUTRAL": "neutral", "EMO_UNKNOWN": "neutral",
        "FEARFUL": "shocked", "DISGUSTED": "confused", "SURPRISED": "surprised",
    ]
}
