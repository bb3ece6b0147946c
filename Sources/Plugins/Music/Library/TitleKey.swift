/// A title or a wish for one, ready to be compared: small letters, half width, no punctuation. Pure.
struct TitleKey: Sendable, Hashable {
    let letters: [UInt32]
    /// Pairs of neighbouring letters, sorted.
    private let pairs: [UInt64]

    /// What is compared at most; nobody asks for more.
    private static let longest = 64

    init(_ text: some StringProtocol) {
        var letters: [UInt32] = []
        for scalar in text.unicodeScalars {
            // Full-width ASCII is what Chinese keyboards write.
            let folded =
                (0xFF01...0xFF5E).contains(scalar.value) ? Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar : scalar
            guard folded.properties.isAlphabetic || folded.properties.numericType != nil else { continue }
            letters += folded.properties.lowercaseMapping.unicodeScalars.map(\.value)
            if letters.count >= Self.longest { break }
        }
        self.letters = letters
        pairs = zip(letters, letters.dropFirst()).map { UInt64($0) << 32 | UInt64($1) }.sorted()
    }

    /// Whether it has a script of its own words per letter, so that one letter already means something.
    private var isIdeographic: Bool { letters.contains { $0 >= 0x2E80 } }

    /// Letters that must be there for a part of a title to count as the title.
    private var shortestPart: Int { isIdeographic ? 2 : 4 }

    /// How well a title answers the wish: 0 not at all, 1 exactly.
    ///
    /// A title that has the wish in it beats one that is only spelt alike; then follows a wish that has the title in it
    /// ("the song yesterday by the beatles"); then likeness letter by letter, because names come from speech
    /// recognition, which writes other characters of the same sound.
    func score(of title: TitleKey) -> Double {
        guard !letters.isEmpty, !title.letters.isEmpty else { return 0 }
        if letters == title.letters { return 1 }
        let likeness = likeness(to: title)
        let share = Double(min(letters.count, title.letters.count)) / Double(max(letters.count, title.letters.count))
        if letters.count < title.letters.count {
            guard letters.count >= (isIdeographic ? 1 : 3), title.contains(self) else { return likeness }
            return max(likeness, 0.6 + 0.39 * share)
        }
        guard title.letters.count >= title.shortestPart, contains(title) else { return likeness }
        return max(likeness, 0.5 + 0.45 * share)
    }

    private func contains(_ part: TitleKey) -> Bool {
        guard part.letters.count <= letters.count else { return false }
        return (0...(letters.count - part.letters.count)).contains { start in
            letters[start..<start + part.letters.count].elementsEqual(part.letters)
        }
    }

    private func likeness(to other: TitleKey) -> Double {
        let shared = sharedPairs(with: other)
        let longer = max(letters.count, other.letters.count)
        // Short names have too few pairs to judge by; without one shared pair a long name is another name.
        if min(letters.count, other.letters.count) <= 3 { return 1 - Double(distance(to: other)) / Double(longer) }
        guard shared > 0 else { return 0 }
        let pairShare = Double(2 * shared) / Double(pairs.count + other.pairs.count)
        return (pairShare + 1 - Double(distance(to: other)) / Double(longer)) / 2
    }

    private func sharedPairs(with other: TitleKey) -> Int {
        var count = 0
        var (a, b) = (0, 0)
        while a < pairs.count, b < other.pairs.count {
            if pairs[a] == other.pairs[b] {
                count += 1
                a += 1
                b += 1
            } else if pairs[a] < other.pairs[b] {
                a += 1
            } else {
                b += 1
            }
        }
        return count
    }

    /// Letters to change, add or leave out (Levenshtein).
    private func distance(to other: TitleKey) -> Int {
        var row = Array(0...other.letters.count)
        for (i, letter) in letters.enumerated() {
            var corner = row[0]
            row[0] = i + 1
            for (j, otherLetter) in other.letters.enumerated() {
                let change = letter == otherLetter ? corner : corner + 1
                corner = row[j + 1]
                row[j + 1] = min(change, corner + 1, row[j] + 1)
            }
        }
        return row[other.letters.count]
    }
}
