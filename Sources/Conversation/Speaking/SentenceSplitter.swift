/// Cuts a stream of text into sentences as soon as each is certain, so that the voice can begin while the model writes.
///
/// The result does not depend on how the text was chunked: a mark is judged when the character behind it is known.
/// The first piece ends early, at a comma, because it decides how soon a person hears something.
package struct SentenceSplitter: Sendable {
    private var text: [Unicode.Scalar] = []
    /// Where in `text` the next judgement is due.
    private var position = 0
    private var isFirst = true
    /// How long the text before `position` takes to say: a CJK character is a syllable, a letter half of one.
    private var weight = 0

    /// A sentence longer than this (160 letters, 80 CJK characters: some ten seconds) is cut at a clause or a space:
    /// voices have limits and people want to hear something.
    private static let longest = 160
    /// The first clause needs so many letters, or so many CJK characters.
    private static let firstClauseLetters = 16
    private static let firstClauseCharacters = 5
    private static let abbreviations: Set<String> = [
        "e.g", "i.e", "dr", "mr", "mrs", "ms", "prof", "st", "vs", "no", "fig", "approx", "inc", "ltd", "jr", "sr",
        "a.m", "p.m",
    ]

    package init() {}

    /// - Returns: the sentences that are complete now, trimmed, none empty.
    package mutating func push(_ chunk: String) -> [String] {
        text.append(contentsOf: chunk.unicodeScalars)
        return drain(isFinal: false)
    }

    /// The text is complete: returns what is left.
    package mutating func finish() -> [String] {
        var sentences = drain(isFinal: true)
        if let rest = take(text.count) { sentences.append(rest) }
        return sentences
    }

    private mutating func drain(isFinal: Bool) -> [String] {
        var sentences: [String] = []
        while position < text.count {
            switch judge(at: position, isFinal: isFinal) {
            case .unknown: return sentences
            case .inside:
                weight += text[position].isCJK ? 2 : 1
                position += 1
                if weight > Self.longest, let sentence = take(longCut()) { sentences.append(sentence) }
            case .end(let end):
                if let sentence = take(end) { sentences.append(sentence) }
            }
        }
        return sentences
    }

    private enum Judgement {
        case inside
        /// The sentence ends before this index.
        case end(Int)
        /// What follows decides.
        case unknown
    }

    private func judge(at index: Int, isFinal: Bool) -> Judgement {
        let scalar = text[index]
        switch scalar {
        case "\n": return .end(index + 1)
        case "。", "！", "？", "；", "…", "!", "?", ";", ".":
            let end = endOfMarks(from: index)
            guard isFinal || end < text.count else { return .unknown }
            if scalar == "." || scalar.isASCII {
                guard endsSentence(mark: index, end: end) else { return .inside }
            } else if scalar == "…", end < text.count, !text[end].properties.isWhitespace, text[end] != "\n" {
                return .inside
            }
            return .end(end)
        case "，" where isFirst, "、" where isFirst, "：" where isFirst, "," where isFirst, ":" where isFirst:
            guard isFinal || index + 1 < text.count else { return .unknown }
            let next = index + 1 < text.count ? text[index + 1] : "\n"
            guard !scalar.isASCII || next.properties.isWhitespace || next.isCJK, isLongEnoughForFirst(index) else {
                return .inside
            }
            // "12：30" is a time.
            if scalar == "：", index > 0, text[index - 1].isDigit, next.isDigit { return .inside }
            // "November 24, 2026" is one breath.
            if scalar == ",", next == " " {
                guard isFinal || index + 2 < text.count else { return .unknown }
                if index + 2 < text.count, ("0"..."9").contains(text[index + 2]) { return .inside }
            }
            return .end(index + 1)
        default: return .inside
        }
    }

    /// Behind repeated marks and the quotes and brackets that close with them.
    private func endOfMarks(from index: Int) -> Int {
        var end = index + 1
        while end < text.count, text[end].isSentenceMark { end += 1 }
        while end < text.count, text[end].isClosing { end += 1 }
        return end
    }

    /// Whether an ASCII mark ends a sentence: not inside 3.14, a URL, an abbreviation or an initial.
    private func endsSentence(mark: Int, end: Int) -> Bool {
        let next = end < text.count ? text[end] : "\n"
        guard next.properties.isWhitespace || next.isCJK else { return false }
        guard text[mark] == "." else { return true }
        guard end == mark + 1 else { return true }
        let word = wordBefore(mark)
        // "1." begins a list item.
        if word.allSatisfy({ $0.properties.numericType != nil }), mark == word.count + leadingSpaces {
            return word.isEmpty
        }
        let name = String(String.UnicodeScalarView(word)).lowercased()
        if Self.abbreviations.contains(name) { return false }
        // Initials: "J. Smith", "the U.S. economy".
        let isInitial = word.last?.properties.isUppercase == true && (word.count == 1 || word[word.count - 2] == ".")
        return !isInitial || name == "i"
    }

    private func wordBefore(_ mark: Int) -> [Unicode.Scalar] {
        var start = mark
        while start > 0, text[start - 1].isWordPart || text[start - 1] == "." { start -= 1 }
        return Array(text[start..<mark])
    }

    private var leadingSpaces: Int { text.prefix { $0.properties.isWhitespace }.count }

    private func isLongEnoughForFirst(_ end: Int) -> Bool {
        var letters = 0
        var characters = 0
        for scalar in text[..<end] {
            if scalar.isCJK { characters += 1 } else if scalar.isWordPart { letters += 1 }
        }
        return characters >= Self.firstClauseCharacters || letters >= Self.firstClauseLetters
    }

    /// Where to cut a text without marks: behind its last clause, else its last word.
    private func longCut() -> Int {
        let window = text[..<position]
        // What stands behind the last one is not known yet: it may be the rest of a number, a time or a date.
        let clause = window.indices.dropLast().last { index in
            "，、：,:".unicodeScalars.contains(text[index])
                && !(index > 0 && text[index - 1].isDigit && text[index + 1].isDigit)
        }
        if let clause, clause > position / 4 { return clause + 1 }
        if let space = window.lastIndex(where: { $0.properties.isWhitespace }), space > 0 { return space + 1 }
        let beforeNumber = window.lastIndex { !$0.isDigit && !".,:：".unicodeScalars.contains($0) }
        guard let beforeNumber, beforeNumber > position / 4 else { return position }
        return beforeNumber + 1
    }

    private mutating func take(_ count: Int) -> String? {
        let sentence = String(String.UnicodeScalarView(text[..<count])).trimmingSpaces()
        text.removeFirst(count)
        position = 0
        weight = 0
        guard sentence.unicodeScalars.contains(where: { $0.isWordPart || $0.isCJKLetter }) else { return nil }
        isFirst = false
        return sentence
    }
}

extension Unicode.Scalar {
    fileprivate var isWordPart: Bool { properties.isAlphabetic || properties.numericType != nil }
    fileprivate var isDigit: Bool { properties.numericType != nil }
    fileprivate var isCJKLetter: Bool { isCJK && properties.isAlphabetic }
    fileprivate var isSentenceMark: Bool {
        switch self {
        case "。", "！", "？", "…", "!", "?", ".": true
        default: false
        }
    }
    fileprivate var isClosing: Bool {
        switch self {
        case "\"", "'", "”", "’", ")", "）", "]", "】", "」", "』", "》": true
        default: false
        }
    }
}
