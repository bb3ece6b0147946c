/// What was sent of an answer, to know afterwards how much of it a person really heard. Pure.
///
/// Only heard words enter the dialogue: an answer that was interrupted must not be remembered as told.
struct HeardLedger: Equatable {
    private struct Entry: Equatable {
        var text: String
        var sent = Duration.zero
        var isComplete = false
    }
    private var entries: [Entry] = []

    mutating func begin(_ sentence: String) {
        entries.append(Entry(text: sentence))
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

    /// The words heard when `unplayed` audio was still waiting in the device.
    ///
    /// A sentence cut in the middle counts up to the last whole word (or character, in Chinese) that its share of
    /// audio covers. What is known of an unfinished sentence's length is only what was sent, so its share is an
    /// estimate from the usual pace of speech.
    func heardText(unplayed: Duration) -> String {
        var remaining = entries.reduce(Duration.zero) { $0 + $1.sent } - unplayed
        var heard: [String] = []
        for entry in entries {
            guard remaining > .zero else { break }
            if entry.isComplete, remaining >= entry.sent {
                heard.append(entry.text)
            } else {
                let full = entry.isComplete ? entry.sent : max(entry.sent, Self.usualLength(of: entry.text))
                let cut = Self.prefix(of: entry.text, share: min(1, remaining / full))
                if !cut.isEmpty { heard.append(cut) }
            }
            remaining -= entry.sent
        }
        return heard.joined(separator: " ")
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
