/// Drops what a model thinks aloud between `<think>` and `</think>`, wherever the tags are cut. Pure.
struct ReasoningFilter {
    private static let opening = "<think>"
    private static let closing = "</think>"
    private var held = ""
    private var isThinking = false

    /// - Returns: the text that is certainly not reasoning.
    mutating func push(_ text: String) -> String {
        held += text
        var output = ""
        while true {
            let tag = isThinking ? Self.closing : Self.opening
            if let range = held.firstRange(of: tag) {
                if !isThinking { output += held[..<range.lowerBound] }
                held.removeSubrange(..<range.upperBound)
                isThinking.toggle()
                continue
            }
            // The end may be the beginning of a tag.
            let kept = Self.overlap(held, tag)
            if !isThinking { output += held.dropLast(kept) }
            held = String(held.suffix(kept))
            return output
        }
    }

    mutating func finish() -> String {
        defer { held = "" }
        return isThinking ? "" : held
    }

    /// How many characters at the end of `text` begin `tag`.
    private static func overlap(_ text: String, _ tag: String) -> Int {
        for count in stride(from: min(text.count, tag.count - 1), to: 0, by: -1)
        where tag.hasPrefix(text.suffix(count)) { return count }
        return 0
    }
}
