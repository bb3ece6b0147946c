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
    private static let names: Set<String> = [
        "a", "abbr", "article", "audio", "b", "blockquote", "body", "br", "break", "button", "center", "cite", "code",
        "dd", "del", "details", "div", "dl", "dt", "em", "emotion", "emphasis", "figure", "font", "footer", "form",
        "h1",
        "h2", "h3", "h4", "h5", "h6", "head", "header", "hr", "html", "i", "img", "input", "ins", "kbd", "label", "li",
        "link", "main", "mark", "meta", "nav", "ol", "p", "pre", "prosody", "q", "s", "samp", "script", "section",
        "small",
        "span", "speak", "strike", "strong", "style", "sub", "summary", "sup", "svg", "table", "tbody", "td", "tfoot",
        "th", "thead", "title", "tr", "u", "ul", "var", "video", "voice", "wbr",
    ]

    /// - Parameter text: begins with `<`.
    static func match(_ text: ArraySlice<Unicode.Scalar>) -> Match {
        var scanner = Scanner(rest: text.dropFirst())
        if scanner.rest.first == "!" { return comment(text) }
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
            switch attribute(&scanner) {
            case .tag: continue
            case let other: return other
            }
        }
        _ = scanner.takeSpaces()
        _ = scanner.take("/")
        guard let last = scanner.rest.first else { return .incomplete }
        return last == ">" ? .tag(scanner.rest.startIndex + 1 - text.startIndex) : .none
    }

    /// `name=value`, the value with or without quotes.
    private static func attribute(_ scanner: inout Scanner) -> Match {
        let name = scanner.takeWord()
        guard !scanner.rest.isEmpty else { return .incomplete }
        guard !name.isEmpty, scanner.take("=") else { return .none }
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
