/// Tells an HTML tag from a comparison: "a<b and c>d" is to be read aloud.
enum MarkupTag {
    enum Match: Equatable {
        /// Just text.
        case none
        /// So many scalars are a tag.
        case tag(Int)
        /// It may become one.
        case incomplete
    }

    /// What models write; names that no tag has are text.
    private static let names = Set(
        """
        a abbr article audio b blockquote body br break button caption center cite code dd del details div dl dt em emotion
        emphasis figure font footer form h1 h2 h3 h4 h5 h6 head header hr html i img input ins kbd label lang li link main
        mark meta nav ol p phoneme pre prosody q rp rt ruby s samp say-as script section small span speak strike strong
        style sub summary sup svg table tbody td tfoot th thead title tr u ul var video voice wbr
        """.split(whereSeparator: \.isWhitespace).map(String.init))

    /// - Parameter text: begins with `<`.
    static func match(_ text: ArraySlice<Unicode.Scalar>) -> Match {
        if text.dropFirst().first == "!" { return comment(text) }
        let match = element(text)
        return match == .none ? address(text) : match
    }

    /// `<https://…>` and `<name@host>`.
    private static func address(_ text: ArraySlice<Unicode.Scalar>) -> Match {
        let inside = text.dropFirst()
        guard inside.first?.isASCII != false, inside.first?.properties.isAlphabetic != false else { return .none }
        guard let end = inside.firstIndex(where: { $0 == ">" || $0.properties.isWhitespace || !$0.isASCII }) else {
            return .incomplete
        }
        guard text[end] == ">", inside[..<end].contains("@") || inside[..<end].contains("/") else { return .none }
        return .tag(end + 1 - text.startIndex)
    }

    private static func element(_ text: ArraySlice<Unicode.Scalar>) -> Match {
        var scanner = Scanner(rest: text.dropFirst())
        let isClosing = scanner.take("/")
        let name = String(String.UnicodeScalarView(scanner.takeWord())).lowercased()
        guard !scanner.rest.isEmpty else {
            return names.contains { $0.hasPrefix(name) } ? .incomplete : .none
        }
        guard names.contains(name) else { return .none }
        while !isClosing {
            let hasSpace = scanner.takeSpaces()
            guard let next = scanner.rest.first else { return .incomplete }
            if next == ">" || next == "/" { break }
            guard hasSpace else { return .none }
            // "a <b and c> d": a name of one letter is more often a number's.
            switch attribute(&scanner, mayBeBare: name.utf8.count > 1) {
            case .tag: continue
            case let other: return other
            }
        }
        _ = scanner.takeSpaces()
        _ = scanner.take("/")
        guard let last = scanner.rest.first else { return .incomplete }
        return last == ">" ? .tag(scanner.rest.startIndex + 1 - text.startIndex) : .none
    }

    /// `name=value`, the value with or without quotes; or the name alone.
    private static func attribute(_ scanner: inout Scanner, mayBeBare: Bool) -> Match {
        let name = scanner.takeWord()
        guard let behind = scanner.rest.first else { return .incomplete }
        guard !name.isEmpty else { return .none }
        guard scanner.take("=") else {
            return mayBeBare && (behind == " " || behind == ">" || behind == "/") ? .tag(0) : .none
        }
        guard let quote = scanner.rest.first else { return .incomplete }
        if quote == "\"" || quote == "'" {
            guard let end = scanner.rest.dropFirst().firstIndex(where: { $0 == quote || $0 == "\n" }) else {
                return .incomplete
            }
            guard scanner.rest[end] == quote else { return .none }
            scanner.rest = scanner.rest[(end + 1)...]
            return .tag(0)
        }
        guard let end = scanner.rest.firstIndex(where: { $0.properties.isWhitespace || $0 == ">" }) else {
            return .incomplete
        }
        scanner.rest = scanner.rest[end...]
        return .tag(0)
    }

    /// `<!-- … -->` and `<!DOCTYPE …>`, on one line.
    private static func comment(_ text: ArraySlice<Unicode.Scalar>) -> Match {
        guard let second = text.dropFirst(2).first else { return .incomplete }
        guard second == "-" || second.properties.isAlphabetic, second.isASCII else { return .none }
        guard let end = text.firstIndex(where: { $0 == ">" || $0 == "\n" }) else { return .incomplete }
        return text[end] == ">" ? .tag(end + 1 - text.startIndex) : .none
    }

    private struct Scanner {
        var rest: ArraySlice<Unicode.Scalar>

        mutating func take(_ scalar: Unicode.Scalar) -> Bool {
            guard rest.first == scalar else { return false }
            rest.removeFirst()
            return true
        }

        /// - Returns: whether there was one.
        mutating func takeSpaces() -> Bool {
            let count = rest.count
            rest = rest.drop { $0 == " " || $0 == "\t" }
            return rest.count < count
        }

        mutating func takeWord() -> ArraySlice<Unicode.Scalar> {
            let word = rest.prefix {
                $0.isASCII && ($0.properties.isAlphabetic || $0.properties.numericType != nil || $0 == "-" || $0 == ":")
            }
            rest = rest.dropFirst(word.count)
            return word
        }
    }
}
