extension Unicode.Scalar {
    /// Han, kana, Hangul and their punctuation: scripts without spaces between words.
    package var isCJK: Bool {
        switch value {
        case 0x3000...0x30FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xAC00...0xD7AF, 0xF900...0xFAFF, 0xFF00...0xFFEF,
            0x20000...0x2FA1F:
            true
        default: false
        }
    }
}

extension String {
    /// The language a short text is written in, by its script: the only thing every recognizer and every keyboard tells.
    package var writtenLanguage: String {
        unicodeScalars.contains { (0x3400...0x9FFF).contains($0.value) } ? "zh" : "en"
    }

    /// Whether there is anything to say or to answer: a letter or a number.
    package var holdsWords: Bool { contains { $0.isLetter || $0.isNumber } }

    /// Both as one, with a space between unless both ends are of scripts without spaces.
    package func followed(by next: String) -> String {
        guard let last = unicodeScalars.last, let first = next.unicodeScalars.first else { return self + next }
        return self + (last.isCJK && first.isCJK ? "" : " ") + next
    }

    package func trimmingSpaces() -> String {
        guard let first = firstIndex(where: { !$0.isWhitespace }),
            let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
