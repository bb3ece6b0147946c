import JSON
import VoiceAPI

/// Finds tool calls in a model's text: `<tool_call>{"name": …, "arguments": {…}}</tool_call>`, the form that models
/// without native calls use. Words pass through as they come; only what may be the beginning of a tag waits. Pure.
struct ToolCallText {
    enum Piece: Equatable {
        case words(String)
        case call(name: String, arguments: String)
    }

    private static let opening = "<tool_call>"
    private static let closing = "</tool_call>"
    /// Characters between the tags at most; more is no call.
    private static let longestCall = 32_768

    private var held = ""
    private var isInside = false

    mutating func push(_ text: String) -> [Piece] {
        // The common case: nothing held and no tag begins here.
        if held.isEmpty, !isInside, !text.utf8.contains(UInt8(ascii: "<")) { return text.isEmpty ? [] : [.words(text)] }
        held += text
        var pieces: [Piece] = []
        while let piece = next() { pieces.append(piece) }
        return pieces
    }

    /// The model has ended: a call whose closing tag is missing still counts, a half tag is words.
    mutating func finish() -> [Piece] {
        defer {
            held = ""
            isInside = false
        }
        if isInside { return parse(held[...]).map { [$0] } ?? [] }
        return held.isEmpty ? [] : [.words(held)]
    }

    private mutating func next() -> Piece? {
        if isInside {
            guard let end = held.firstRange(of: Self.closing) else {
                if held.count > Self.longestCall {
                    held = ""
                    isInside = false
                }
                return nil
            }
            let call = parse(held[..<end.lowerBound])
            held = String(held[end.upperBound...])
            isInside = false
            return call ?? next()
        }
        if let start = held.firstRange(of: Self.opening) {
            let words = String(held[..<start.lowerBound])
            held = String(held[start.upperBound...])
            isInside = true
            return words.isEmpty ? next() : .words(words)
        }
        // Keep back only what may still become a tag.
        let keep = (1..<Self.opening.count).last { held.hasSuffix(Self.opening.prefix($0)) } ?? 0
        let words = String(held.dropLast(keep))
        guard !words.isEmpty else { return nil }
        held = String(held.suffix(keep))
        return .words(words)
    }

    private func parse(_ text: Substring) -> Piece? {
        guard let start = text.firstIndex(of: "{"), let end = text.lastIndex(of: "}"), start < end,
            let json = try? JSON(parsing: String(text[start...end])), let name = json["name"]?.string
        else { return nil }
        let arguments = json["arguments"] ?? json["parameters"] ?? [:]
        return .call(name: name, arguments: arguments.string ?? arguments.description)
    }
}
