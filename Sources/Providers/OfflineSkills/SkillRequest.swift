/// What was said, made easy to match.
struct SkillRequest: Sendable {
    /// Lower case, without surrounding space.
    let text: String
    /// Words of letters and digits; numbers keep their decimal point.
    let words: [String]
    let isChinese: Bool

    init(_ spoken: String) {
        text = spoken.lowercased()
        isChinese = spoken.unicodeScalars.contains { (0x3400...0x9FFF).contains($0.value) }
        words = text.split { !($0.isLetter || $0.isNumber || $0 == "." || $0 == "'") }
            .map { $0.last == "." ? String($0.dropLast()) : String($0) }.filter { !$0.isEmpty }
    }

    /// Whether all these words occur, in any order.
    func has(_ wanted: String...) -> Bool { wanted.allSatisfy(words.contains) }

    /// Whether any of these occurs: whole words in English, parts of the text in Chinese.
    func hasAny(_ wanted: String...) -> Bool {
        wanted.contains { isChinese ? text.contains($0) : " \(words.joined(separator: " ")) ".contains(" \($0) ") }
    }
}
