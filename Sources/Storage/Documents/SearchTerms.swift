/// What a text is found by. Chinese, Japanese and Korean are written without spaces, so their runs become overlapping
/// pairs of characters; other scripts become words. A text and a question are taken apart the same way. Pure.
///
/// The index holds what this made of a text: a change here needs a migration that empties the `document` tables.
package enum SearchTerms {
    /// One term of a question.
    package struct Term: Sendable, Hashable {
        package var text: String
        /// A lone Chinese character stands for every pair that begins with it.
        package var isPrefix: Bool
    }

    /// Terms of a question at most: a longer one is no question.
    private static let longestQuestion = 64
    /// Words that are in every text and tell nothing.
    private static let empty: Set<String> = [
        "a", "about", "an", "and", "are", "at", "be", "can", "do", "does", "for", "from", "have", "how", "i", "in",
        "is",
        "it", "me", "my", "of", "on", "or", "our", "s", "that", "the", "there", "this", "to", "was", "we", "what",
        "when", "where", "which", "who", "why", "with", "you", "your",
    ]

    /// What the full-text index is given for a text: terms with spaces between.
    package static func indexed(_ text: String) -> String {
        var terms: [String] = []
        for run in runs(text) {
            guard run.isDense else {
                terms.append(run.text)
                continue
            }
            let signs = Array(run.text)
            for index in signs.indices.dropLast() { terms.append(String(signs[index...index + 1])) }
            // So that every character begins a term, and a prefix finds it.
            if let last = signs.last { terms.append(String(last)) }
        }
        return terms.joined(separator: " ")
    }

    /// The terms of a question, each once, without empty words unless there is nothing else.
    package static func question(_ text: String) -> [Term] {
        var terms: [Term] = []
        for run in runs(text) {
            let signs = Array(run.text)
            if !run.isDense || signs.count == 1 {
                terms.append(Term(text: run.text, isPrefix: run.isDense))
            } else {
                for index in signs.indices.dropLast() {
                    terms.append(Term(text: String(signs[index...index + 1]), isPrefix: false))
                }
            }
        }
        var seen: Set<Term> = []
        let distinct = terms.filter { seen.insert($0).inserted }
        let telling = distinct.filter { !empty.contains($0.text) }
        return Array((telling.isEmpty ? distinct : telling).prefix(longestQuestion))
    }

    /// The question as FTS5 reads it: any of the terms, each in quotes, so that no sign of the person is an operator.
    ///
    /// - Returns: nil when there is nothing to look for.
    package static func query(_ text: String) -> String? {
        let terms = question(text)
        guard !terms.isEmpty else { return nil }
        return terms.map { "\"\($0.text)\"\($0.isPrefix ? "*" : "")" }.joined(separator: " OR ")
    }

    private struct Run {
        var text: String
        var isDense: Bool
    }

    /// Stretches of letters and digits of one kind; everything else only divides them.
    private static func runs(_ text: String) -> [Run] {
        var runs: [Run] = []
        var current = Run(text: "", isDense: false)
        func end() {
            if !current.text.isEmpty { runs.append(current) }
            current.text = ""
        }
        for character in text.lowercased() {
            guard let scalar = character.unicodeScalars.first, character.isLetter || character.isNumber else {
                end()
                continue
            }
            let isDense = isDense(scalar)
            if isDense != current.isDense { end() }
            current.isDense = isDense
            current.text.append(halfWidth(character, scalar))
        }
        end()
        return runs
    }

    private static func isDense(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x3005...0x3007, 0x3040...0x30FF, 0x31F0...0x31FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xAC00...0xD7AF,
            0xF900...0xFAFF, 0xFF66...0xFF9D, 0x20000...0x3FFFF:
            true
        default: false
        }
    }

    /// `Ａ` and `１` of a Chinese keyboard are A and 1.
    private static func halfWidth(_ character: Character, _ scalar: Unicode.Scalar) -> Character {
        guard (0xFF01...0xFF5E).contains(scalar.value), let plain = Unicode.Scalar(scalar.value - 0xFEE0) else {
            return character
        }
        return Character(plain)
    }
}
