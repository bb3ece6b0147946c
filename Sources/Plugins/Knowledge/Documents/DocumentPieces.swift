/// Takes a document apart into pieces that the model can read: whole paragraphs, as many as fit. Pure.
enum DocumentPieces {
    /// Characters of a piece at most.
    static let longest = 800
    /// Where a paragraph that is too long is cut best.
    private static let sentenceEnds: Set<Character> = ["。", "！", "？", "；", ".", "!", "?", ";"]

    /// - Returns: nil when the bytes are no UTF-8.
    static func cut(_ bytes: [UInt8], _ kind: DocumentKind) -> [String]? {
        guard var text = String(validating: bytes, as: UTF8.self) else { return nil }
        // The byte order mark of Windows.
        if text.unicodeScalars.first == "\u{FEFF}" { text.unicodeScalars.removeFirst() }
        if kind == .html { text = PageText.words(in: text) }
        var pieces: [String] = []
        var current = ""
        var length = 0
        func end() {
            if !current.isEmpty { pieces.append(current) }
            current = ""
            length = 0
        }
        for paragraph in paragraphs(text) {
            // A heading belongs to what follows it.
            if kind == .markdown, paragraph.hasPrefix("#") { end() }
            for part in parts(paragraph) {
                let count = part.count
                if length + count + 1 > longest { end() }
                current += current.isEmpty ? part : "\n\(part)"
                length += count + 1
            }
        }
        end()
        return pieces
    }

    /// What stands between blank lines, each on one line.
    private static func paragraphs(_ text: String) -> [String] {
        var paragraphs: [String] = []
        var words: [Substring] = []
        func end() {
            if !words.isEmpty { paragraphs.append(words.joined(separator: " ")) }
            words = []
        }
        for line in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) {
            let own = line.split(whereSeparator: \.isWhitespace)
            // A heading needs no blank line around it.
            let isHeading = own.first?.allSatisfy { $0 == "#" } ?? false
            if own.isEmpty || isHeading { end() }
            words += own
            if isHeading { end() }
        }
        end()
        return paragraphs
    }

    /// A paragraph in parts that fit, cut after a sentence, else after a word, else anywhere.
    private static func parts(_ paragraph: String) -> [String] {
        var parts: [String] = []
        var rest = paragraph[...]
        while let limit = rest.index(rest.startIndex, offsetBy: longest, limitedBy: rest.endIndex),
            limit < rest.endIndex
        {
            let window = rest[..<limit]
            let half = window.index(window.startIndex, offsetBy: longest / 2)
            let cut =
                window[half...].lastIndex { sentenceEnds.contains($0) }.map { window.index(after: $0) }
                ?? window[half...].lastIndex { $0 == " " } ?? limit
            parts.append(String(rest[..<cut]))
            rest = rest[cut...].drop { $0 == " " }
        }
        if !rest.isEmpty { parts.append(String(rest)) }
        return parts
    }
}
