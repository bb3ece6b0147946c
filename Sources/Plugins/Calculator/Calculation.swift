import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#endif

/// Evaluates arithmetic expressions by recursive descent. Pure; nothing is ever executed.
package enum Calculation {
    /// Why an expression has no value.
    package struct Failure: Error, Equatable, CustomStringConvertible {
        package var description: String
    }

    private static let deepest = 64

    package static func value(of expression: String) throws(Failure) -> Double {
        var parser = Parser(expression)
        let value = try parser.sum(0)
        guard parser.isAtEnd else { throw Failure(description: "\"\(parser.rest)\" was not expected") }
        guard value.isFinite else { throw Failure(description: "the result is not a number") }
        return value
    }

    /// Without the noise of binary fractions.
    package static func written(_ value: Double) -> String {
        if value == value.rounded(), abs(value) < 1e15 { return String(Int64(value)) }
        let digits = abs(value) >= 1e15 || abs(value) < 1e-6 ? 12 : max(0, 12 - Int(log10(abs(value)).rounded(.up)))
        let scale = pow(10, Double(digits))
        let rounded = (value * scale).rounded() / scale
        return rounded == 0 ? "\(value)" : "\(rounded)"
    }

    private struct Parser {
        private let characters: [Character]
        private var index = 0

        init(_ text: String) {
            let alike: [Character: Character] = [
                "×": "*", "·": "*", "÷": "/", "−": "-", "（": "(", "）": ")", "，": ",", "＋": "+", "√": "s",
            ]
            characters = text.lowercased().filter { !$0.isWhitespace && $0 != "_" }.map { alike[$0] ?? $0 }
        }

        var isAtEnd: Bool { index >= characters.count }
        var rest: String { String(characters[index...].prefix(20)) }

        private mutating func take(_ character: Character) -> Bool {
            guard !isAtEnd, characters[index] == character else { return false }
            index += 1
            return true
        }

        mutating func sum(_ depth: Int) throws(Failure) -> Double {
            guard depth < deepest else { throw Failure(description: "the expression is nested too deeply") }
            var value = try product(depth)
            while true {
                if take("+") {
                    value += try product(depth)
                } else if take("-") {
                    value -= try product(depth)
                } else {
                    return value
                }
            }
        }

        private mutating func product(_ depth: Int) throws(Failure) -> Double {
            var value = try unary(depth)
            while true {
                if take("*") {
                    // `**` is a power in some languages.
                    if take("*") { value = pow(value, try unary(depth)) } else { value *= try unary(depth) }
                } else if take("/") {
                    let divisor = try unary(depth)
                    guard divisor != 0 else { throw Failure(description: "division by zero") }
                    value /= divisor
                } else {
                    return value
                }
            }
        }

        private mutating func unary(_ depth: Int) throws(Failure) -> Double {
            guard depth < deepest else { throw Failure(description: "the expression is nested too deeply") }
            if take("-") { return -(try unary(depth + 1)) }
            if take("+") { return try unary(depth + 1) }
            let base = try postfix(depth)
            if take("^") { return pow(base, try unary(depth + 1)) }
            return base
        }

        private mutating func postfix(_ depth: Int) throws(Failure) -> Double {
            var value = try atom(depth)
            while true {
                if take("!") {
                    guard value >= 0, value <= 170, value == value.rounded() else {
                        throw Failure(description: "a factorial needs a whole number from 0 to 170")
                    }
                    value = stride(from: 1, through: value, by: 1).reduce(1, *)
                } else if take("%") {
                    value /= 100
                } else {
                    return value
                }
            }
        }

        private mutating func atom(_ depth: Int) throws(Failure) -> Double {
            if take("(") {
                let value = try sum(depth + 1)
                guard take(")") else { throw Failure(description: "a closing parenthesis is missing") }
                return value
            }
            let start = index
            while !isAtEnd, characters[index].isASCII, characters[index].isNumber || characters[index] == "." {
                index += 1
            }
            if index > start {
                guard let number = Double(String(characters[start..<index])) else {
                    throw Failure(description: "\"\(String(characters[start..<index]))\" is not a number")
                }
                return number
            }
            while !isAtEnd, characters[index].isLetter { index += 1 }
            let name = String(characters[start..<index])
            switch name {
            case "":
                throw Failure(description: isAtEnd ? "the expression ends too early" : "\"\(rest)\" was not expected")
            case "pi", "π": return .pi
            case "e": return M_E
            default: return try apply(name, to: try argument(depth))
            }
        }

        private mutating func argument(_ depth: Int) throws(Failure) -> Double {
            guard take("(") else { return try atom(depth + 1) }
            let value = try sum(depth + 1)
            guard take(")") else { throw Failure(description: "a closing parenthesis is missing") }
            return value
        }

        private func apply(_ name: String, to value: Double) throws(Failure) -> Double {
            switch name {
            case "sqrt", "s":
                guard value >= 0 else { throw Failure(description: "a negative number has no real square root") }
                return value.squareRoot()
            case "abs": return abs(value)
            case "sin": return sin(value)
            case "cos": return cos(value)
            case "tan": return tan(value)
            case "exp": return exp(value)
            case "round": return value.rounded()
            case "floor": return value.rounded(.down)
            case "ceil": return value.rounded(.up)
            case "ln", "log", "lg":
                guard value > 0 else { throw Failure(description: "a logarithm needs a positive number") }
                return name == "ln" ? log(value) : log10(value)
            default: throw Failure(description: "\"\(name)\" is not known")
            }
        }
    }
}
