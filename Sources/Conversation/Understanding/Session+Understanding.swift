import VoiceAPI

/// What the words ask for, before any model is asked.
extension Session {
    enum Understanding: Sendable {
        /// Nothing was said.
        case nothing
        /// The server itself answers `phrase` to `words`.
        case say(_ phrase: String, to: String, leaves: Bool)
        /// The model answers to words that nobody said and nobody is shown.
        case obey(String)
        /// The model answers.
        case answer(Transcript)
    }

    func understand(_ heard: HeardWords, in turn: Turn) -> Understanding {
        let phrases = turn.settings.phrases
        switch heard {
        case .failure:
            let language = dialogue.language
            return .say(phrases.phrase(phrases.apology, language: language), to: "", leaves: false)
        case .instruction(let words): return .obey(words)
        case .announcement(let words): return .say(words, to: "", leaves: false)
        case .wakeWord(let words):
            return .say(phrases.phrase(phrases.greeting, language: words.writtenLanguage), to: words, leaves: false)
        case .transcript(var transcript):
            transcript.text = transcript.text.trimmingSpaces()
            guard transcript.text.holdsWords else { return .nothing }
            if exitPhrases.matches(transcript.text) {
                let farewell = phrases.phrase(phrases.farewell, language: transcript.text.writtenLanguage)
                return .say(farewell, to: transcript.text, leaves: true)
            }
            return .answer(transcript)
        }
    }
}

extension Dialogue {
    /// The language the person used last, English when nothing was said yet.
    var language: String {
        for message in messages.reversed() {
            if case .user(let text) = message { return text.writtenLanguage }
        }
        return "en"
    }
}
