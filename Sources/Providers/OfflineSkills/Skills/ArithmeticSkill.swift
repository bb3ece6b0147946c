/// Sums: spoken or written, with precedence.
struct ArithmeticSkill: TalkingSkill {
    let phrases = [
        "what is <number> ( plus | minus | times | divided by ) <number>",
        "how much is <number> ( plus | minus | times | divided by ) <number>",
    ]

    private enum Token: Equatable {
        case number(Double)
        case mark(Character)
    }

    func answer(_ request: SkillRequest) -> Answer? {
        let tokens = request.isChinese ? Self.chineseTokens(request.text) : Self.englishTokens(request.text)
        guard tokens.contains(where: { if case .mark = $0 { true } else { false } }) else { return nil }
        guard let (terms, isDividedByZero) = Self.evaluate(tokens) else { return nil }
        if isDividedByZero {
            return Answer(request.isChinese ? "除数不能是零哦。" : "Nothing can be divided by zero.")
        }
        let result = NumberWords.spoken(terms, isChinese: request.isChinese)
        return Answer(request.isChinese ? "等于\(result)。" : "That makes \(result).")
    }

    /// Numbers and marks; nil-like empty when the text is about something else.
    private static func englishTokens(_ text: String) -> [Token] {
        var spaced = ""
        for character in text { spaced += "+*/×÷=()-%".contains(character) ? " \(character) " : String(character) }
        let words = spaced.split { $0.isWhitespace || $0 == "?" || $0 == "," || $0 == "!" }
            .map { $0.hasSuffix(".") ? String($0.dropLast()) : String($0) }.filter { !$0.isEmpty }
        var tokens: [Token] = []
        var index = 0
        while index < words.count {
            if let number = NumberWords.parse(words[index...]) {
                tokens.append(.number(number.value))
                index += number.count
                continue
            }
            let next = index + 1 < words.count ? words[index + 1] : ""
            switch words[index] {
            case "plus", "and", "+": tokens.append(.mark("+"))
            case "minus", "less", "-", "−": tokens.append(.mark("-"))
            case "times", "x", "*", "×": tokens.append(.mark("*"))
            case "multiplied" where next == "by":
                tokens.append(.mark("*"))
                index += 1
            case "divided" where next == "by":
                tokens.append(.mark("/"))
                index += 1
            case "over", "/", "÷": tokens.append(.mark("/"))
            case "percent" where next == "of", "%" where next == "of":
                tokens += [.mark("/"), .number(100), .mark("*")]
                index += 1
            case "what", "what's", "is", "how", "much", "calculate", "compute", "equals", "=", "please", "tell", "me",
                "the",
                "um", "uh", "so", "hey", "sum", "of":
                break
            default: return []
            }
            index += 1
        }
        return tokens
    }

    private static func chineseTokens(_ text: String) -> [Token] {
        var rest = Substring(text.filter { !$0.isWhitespace })
        var tokens: [Token] = []
        let marks: [(String, Character?)] = [
            ("加上", "+"), ("加", "+"), ("减去", "-"), ("减", "-"), ("乘以", "*"), ("乘", "*"), ("除以", "/"), ("+", "+"),
            ("-", "-"),
            ("*", "*"), ("×", "*"), ("/", "/"), ("÷", "/"), ("等于多少", nil), ("等于几", nil), ("等于", nil), ("是多少", nil),
            ("多少", nil), ("请问", nil), ("请", nil), ("算一下", nil), ("帮我", nil), ("计算", nil), ("=", nil), ("？", nil),
            ("?", nil),
            ("。", nil), ("，", nil), ("呢", nil), ("是几", nil),
        ]
        scan: while !rest.isEmpty {
            if let number = NumberWords.parse(chinese: rest) {
                tokens.append(.number(number.value))
                rest = rest.dropFirst(number.count)
                continue
            }
            for (name, mark) in marks where rest.hasPrefix(name) {
                if let mark { tokens.append(.mark(mark)) }
                rest = rest.dropFirst(name.count)
                continue scan
            }
            return []
        }
        return tokens
    }

    /// Multiplication and division first; a leading minus belongs to its number.
    private static func evaluate(_ tokens: [Token]) -> (value: Double, isDividedByZero: Bool)? {
        var sum = 0.0
        var term: Double?
        var pending: Character = "+"
        var sign = 1.0
        var expectsNumber = true
        for token in tokens {
            switch token {
            case .number(let value):
                guard expectsNumber else { return nil }
                let signed = sign * value
                switch pending {
                case "*": term = (term ?? 1) * signed
                case "/":
                    if signed == 0 { return (0, true) }
                    term = (term ?? 1) / signed
                case "-":
                    sum += term ?? 0
                    term = -signed
                default:
                    sum += term ?? 0
                    term = signed
                }
                expectsNumber = false
                sign = 1
            case .mark(let mark):
                if expectsNumber {
                    guard mark == "-", sign == 1 else { return nil }
                    sign = -1
                } else {
                    pending = mark
                    expectsNumber = true
                }
            }
        }
        guard !expectsNumber, let term else { return nil }
        return (sum + term, false)
    }
}
