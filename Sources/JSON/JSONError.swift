/// Why a text is not JSON, and where.
public struct JSONError: Error, Sendable, Hashable, CustomStringConvertible {
    public enum Reason: String, Sendable {
        case unexpectedEnd = "the text ends too early"
        case unexpectedCharacter = "unexpected character"
        case invalidNumber = "invalid number"
        case invalidEscape = "invalid escape"
        case invalidUTF8 = "invalid UTF-8"
        case controlCharacter = "control character in a string"
        case tooDeep = "nested too deeply"
        case trailingText = "text after the value"
    }
    public var reason: Reason
    /// Byte offset in the text.
    public var offset: Int
    public var description: String { "\(reason.rawValue) at byte \(offset)" }
}
