/// What was sent of an answer, to know afterwards how much of it a person really heard. Pure.
///
/// Only heard words enter the dialogue: an answer that was interrupted must not be remembered as told.
struct HeardLedger: Equatable {
    private struct Entry: Equatable {
        var text: String
        var isAnswer: Bool
        var round: Int
        var sent = Duration.zero
        var isComplete = false
    }
    private var entries: [Entry] = []

    /// - Parameters:
    ///   - isAnswer: whether it belongs to the dialogue.
    ///   - round: of tools, that the words came in.
    mutating func begin(_ text: String, isAnswer: Bool = true, round: Int = 0) {
        entries.append(Entry(text: text, isAnswer: isAnswer, round: round))
    }

    mutating func sent(_ duration: Duration) {
        guard !entries.isEmpty else { return }
        entries[entries.count - 1].sent += duration
    }

    /// The last frame of the sentence is out.
    mutating func complete() {
        guard !entries.isEmpty else { return }
        entries[entries.count - 1].isComplete = true
    }

    /// What was heard when `unplayed` audio was still waiting in the device.
    ///
    /// A sentence cut in the middle counts up to the last whole word (or character, in Chinese) that its share of
    /// audio covers. What is known of an unfinished sentence's length is only what was sent, so its share is an
    /// estimate from the usual pace of speech.
    func heard(unplayed: Duration) -> HeardSpeech {
        var remaining = entries.reduce(Duration.zero) { $0 + $1.sent } - unplayed
        var heard = HeardSpeech()
        for entry in entries {
            guard remaining > .zero else { break }
            var text = entry.text
            if !entry.isComplete || remaining < entry.sent {
                let full = entry.isComplete ? entry.sent : max(entry.sent, Self.usualLength(of: text))
                text = Self.prefix(of: text, share: min(1, remaining / full))
            }
            if !text.isEmpty { heard.append(text, isAnswer: entry.isAnswer, round: entry.round) }
            remaining -= entry.sent
        }
        return heard
    }

    /// How much of the last entry was heard when `unplayed` audio was still waiting in the device.
    func heardOfLast(unplayed: Duration) -> Duration {
        guard let last = entries.last else { return .zero }
        return max(.zero, last.sent - unplayed)
    }

    /// About 65 ms a letter and 220 ms a Chinese character.
    private static func usualLength(of text: String) -> Duration {
        .milliseconds(text.unicodeScalars.reduce(0) { $0 + ($1.isCJK ? 220 : 65) })
    }

    private static func prefix(of text: String, share: Double) -> String {
        let characters = Array(text)
        var count = Int((Double(characters.count) * share).rounded(.down))
        guard count < characters.count else { return text }
        while count > 0, characters[count].isWordPart, characters[count - 1].isWordPart { count -= 1 }
        return String(characters[..<count]).trimmingSpaces()
    }
}

extension Character {
    /// A letter of a script that writes words with spaces between them.
    fileprivate var isWordPart: Bool {
        (isLetter || isNumber || self == "'") && !(unicodeScalars.first?.isCJK ?? false)
    }
}
