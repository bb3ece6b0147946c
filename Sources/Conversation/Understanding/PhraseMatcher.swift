/// Recognizes a fixed phrase however it was punctuated, spaced or cased: exit commands and wake words.
package struct PhraseMatcher: Sendable {
    private let phrases: Set<String>

    package init(phrases: [String]) {
        self.phrases = Set(phrases.map(Self.normalized)).subtracting([""])
    }

    package func matches(_ text: String) -> Bool { phrases.contains(Self.normalized(text)) }

    /// Letters and digits only, lower case, full-width forms as half-width.
    package static func normalized(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            let folded =
                (0xFF01...0xFF5E).contains(scalar.value)
                ? Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar : scalar
            guard folded.properties.isAlphabetic || folded.properties.numericType != nil else { continue }
            // One by one: `append(contentsOf:)` copies all that is there each time.
            for lower in folded.properties.lowercaseMapping.unicodeScalars { result.append(lower) }
        }
        return String(result)
    }
}
