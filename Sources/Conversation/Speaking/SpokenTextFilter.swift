/// Takes out of the model's stream what must not be read aloud: Markdown, code blocks, HTML tags, links' addresses, emoji.
///
/// Works on any chunking: a mark whose meaning depends on what follows is held until that is known.
package struct SpokenTextFilter: Sendable {
    private var held: [Unicode.Scalar] = []
    private var previous: Unicode.Scalar = "\n"
    private var isInFence = false
    /// Between single backticks, where marks are themselves.
    private var isInCode = false
    private var isAtLineStart = true
    /// Runs of `*` and `_` that opened an emphasis on this line.
    private var openEmphasis: [[Unicode.Scalar]] = []

    /// A bracket or tag that is not closed within so many characters is just text.
    private static let longestMarkup = 400

    package init() {}

    /// - Returns: the text that is certainly to be spoken.
    package mutating func push(_ text: String) -> String {
        held.append(contentsOf: text.unicodeScalars)
        return drain(isFinal: false)
    }

    /// The answer is complete: releases what was held.
    package mutating func finish() -> String { drain(isFinal: true) }

    private mutating func drain(isFinal: Bool) -> String {
        var output = String.UnicodeScalarView()
        var position = 0
        while position < held.count {
            guard let step = step(at: position, isFinal: isFinal) else { break }
            for scalar in step.emit {
                output.append(scalar)
            }
            if let last = held[..<(position + step.consume)].last { previous = last }
            position += step.consume
        }
        held.removeFirst(position)
        return String(output)
    }

    private struct Step {
        var consume: Int
        var emit: [Unicode.Scalar] = []
    }

    /// What to do with the scalar at `position`; nil when that depends on text that is not here yet.
    private mutating func step(at position: Int, isFinal: Bool) -> Step? {
        let scalar = held[position]
        if scalar == "`" || isInFence { return fence(at: position, isFinal: isFinal) }
        if isInCode, scalar != "\n" { return Step(consume: 1, emit: scalar.isEmojiPart ? [] : [scalar]) }
        if isAtLineStart {
            guard let step = lineStart(at: position, isFinal: isFinal) else { return nil }
            if step.consume > 0 { return step }
        }
        isAtLineStart = scalar == "\n"
        if isAtLineStart {
            openEmphasis.removeAll()
            isInCode = false
        }
        switch scalar {
        case "*", "_": return emphasis(at: position, isFinal: isFinal)
        case "~", "$": return pairedMark(scalar, at: position, isFinal: isFinal)
        case "[": return bracket(at: position, textStart: position + 1, isImage: false, isFinal: isFinal)
        case "!":
            guard let next = scalarAfter(position, isFinal: isFinal) else { return nil }
            guard next == "[" else { return Step(consume: 1, emit: [scalar]) }
            return bracket(at: position, textStart: position + 2, isImage: true, isFinal: isFinal)
        case "]": return lostAddress(at: position, isFinal: isFinal)
        case "<": return tag(at: position, isFinal: isFinal)
        case "|": return Step(consume: 1, emit: [previous == "\n" ? " " : ",", " "])
        case "\r": return Step(consume: 1)
        default: return Step(consume: 1, emit: scalar.isEmojiPart ? [] : [scalar])
        }
    }

    /// The scalar behind `position`; a newline behind the end of the answer; nil when unknown.
    private func scalarAfter(_ position: Int, isFinal: Bool) -> Unicode.Scalar? {
        if position + 1 < held.count { return held[position + 1] }
        return isFinal ? "\n" : nil
    }

    private mutating func fence(at position: Int, isFinal: Bool) -> Step? {
        var count = 0
        while position + count < held.count, held[position + count] == "`", count < 3 { count += 1 }
        if count < 3, position + count == held.count, !isFinal { return nil }
        if count == 3 {
            isInFence.toggle()
            return Step(consume: 3)
        }
        // A single backtick marks inline code, whose content is spoken.
        isInCode.toggle()
        isAtLineStart = false
        return Step(consume: max(count, 1))
    }

    /// Headings, quotes, bullets, rules and table borders at the beginning of a line.
    private mutating func lineStart(at position: Int, isFinal: Bool) -> Step? {
        let scalar = held[position]
        if scalar == " " || scalar == "\t" { return Step(consume: 1) }
        guard
            scalar == "#" || scalar == ">" || scalar == "-" || scalar == "*" || scalar == "+" || scalar == "|"
                || scalar == "="
        else { return Step(consume: 0) }
        var end = position
        while end < held.count, held[end] == scalar { end += 1 }
        guard end < held.count || isFinal else { return nil }
        let next = end < held.count ? held[end] : "\n"
        switch scalar {
        case "#" where next == " ", ">": return Step(consume: end - position)
        case "-", "*", "+", "=":
            if end - position == 1, next == " " { return Step(consume: 1) }
            // A rule or an underline.
            return end - position >= 3 && next == "\n" ? Step(consume: end - position) : Step(consume: 0)
        case "|": return tableBorder(at: position, isFinal: isFinal)
        default: return Step(consume: 0)
        }
    }

    /// A table row of dashes is dropped whole; of others only the outer bar.
    private func tableBorder(at position: Int, isFinal: Bool) -> Step? {
        guard let end = held[position...].firstIndex(of: "\n") ?? (isFinal ? held.count : nil) else {
            return held.count - position > Self.longestMarkup ? Step(consume: 1) : nil
        }
        let row = held[position..<end]
        let isRule = row.allSatisfy { $0 == "|" || $0 == "-" || $0 == ":" || $0 == " " }
        return Step(consume: isRule ? row.count : 1)
    }

    /// `*` and `_` mark emphasis at the edge of a word, and are arithmetic or names inside one, unless they close what
    /// was opened.
    private mutating func emphasis(at position: Int, isFinal: Bool) -> Step? {
        let mark = held[position]
        var end = position
        while end < held.count, held[end] == mark { end += 1 }
        guard end < held.count || isFinal else { return nil }
        let next = end < held.count ? held[end] : "\n"
        let run = Array(held[position..<end])
        let (before, after) = (previous.properties.isWhitespace, next.properties.isWhitespace)
        let isInsideWord = previous.isWordScalar && next.isWordScalar
        let isInsideName = isInsideWord && !previous.isCJK && !next.isCJK
        let literal = Step(consume: run.count, emit: run)
        if before && after { return literal }
        // snake_case is a name, 3*(4+5) and 2*3 are sums, whatever was opened before.
        if mark == "_" ? isInsideName : run.count == 1 && previous.endsNumber && next.beginsNumber { return literal }
        if !before, let opened = openEmphasis.lastIndex(of: run) {
            openEmphasis.removeSubrange(opened...)
            return Step(consume: run.count)
        }
        // 长*宽 is a product, 2**3 a power; 这是**重点**内容 is emphasis.
        if isInsideName || (isInsideWord && run.count == 1) { return literal }
        if !after { openEmphasis.append(run) }
        return Step(consume: run.count)
    }

    /// `~~struck~~` and `$formula$` lose their marks; `~5` and `$5` keep them.
    private func pairedMark(_ mark: Unicode.Scalar, at position: Int, isFinal: Bool) -> Step? {
        guard let next = scalarAfter(position, isFinal: isFinal) else { return nil }
        if next == mark { return Step(consume: 2) }
        if mark == "~" { return Step(consume: 1, emit: [mark]) }
        return Step(consume: 1, emit: next.properties.numericType != nil ? [mark] : [])
    }

    /// `[text](address)` is its text, an image is nothing, and other brackets are themselves.
    private func bracket(at position: Int, textStart: Int, isImage: Bool, isFinal: Bool) -> Step? {
        let literal = Step(consume: 1, emit: [held[position]])
        let isWhole = isFinal || held.count >= position + Self.longestMarkup
        let limit = min(held.count, position + Self.longestMarkup)
        guard textStart < limit else { return isWhole ? literal : nil }
        guard let close = (textStart..<limit).first(where: { held[$0] == "]" || endsSentence(at: $0) }) else {
            return isWhole ? literal : nil
        }
        guard held[close] == "]" else { return literal }
        guard let next = scalarAfter(close, isFinal: isFinal) else { return nil }
        guard next == "(" else { return literal }
        guard let end = held[close..<limit].firstIndex(where: { $0 == ")" || $0 == "\n" }) else {
            return isWhole ? literal : nil
        }
        guard held[end] == ")" else { return literal }
        let text = held[textStart..<close].filter { !$0.isEmojiPart && $0 != "*" && $0 != "`" }
        return Step(consume: end + 1 - position, emit: isImage ? [] : text)
    }

    /// The address of a link whose text was given up for a sentence of its own, or was too long: `](https://…)`.
    private func lostAddress(at position: Int, isFinal: Bool) -> Step? {
        let literal = Step(consume: 1, emit: [held[position]])
        guard let next = scalarAfter(position, isFinal: isFinal) else { return nil }
        guard next == "(" else { return literal }
        let limit = min(held.count, position + Self.longestMarkup)
        guard let end = held[position..<limit].firstIndex(where: { $0 == ")" || $0.properties.isWhitespace }) else {
            return isFinal || limit == position + Self.longestMarkup ? literal : nil
        }
        let isAddress = held[end] == ")" && held[position..<end].contains("/")
        return isAddress ? Step(consume: end + 1 - position) : literal
    }

    /// Whether a sentence is over here, and what comes next is known not to close the bracket: nobody waits for one that
    /// spans sentences.
    private func endsSentence(at index: Int) -> Bool {
        if held[index] == "\n" { return true }
        guard index + 1 < held.count, held[index + 1] != "]" else { return false }
        return switch held[index] {
        case "。", "！", "？", "；": true
        case ".", "!", "?": held[index + 1].properties.isWhitespace
        default: false
        }
    }

    private func tag(at position: Int, isFinal: Bool) -> Step? {
        let literal = Step(consume: 1, emit: [held[position]])
        let limit = min(held.count, position + Self.longestMarkup)
        switch MarkupTag.match(held[position..<limit]) {
        case .none: return literal
        case .tag(let length): return Step(consume: length)
        case .incomplete: return isFinal || held.count - position >= Self.longestMarkup ? literal : nil
        }
    }
}

extension Unicode.Scalar {
    fileprivate var endsNumber: Bool { properties.numericType != nil || self == ")" || self == "）" }
    fileprivate var beginsNumber: Bool { properties.numericType != nil || self == "(" || self == "（" }
    fileprivate var isWordScalar: Bool { properties.isAlphabetic || properties.numericType != nil }

    /// Emoji, and what joins, colours and frames them. Digits, `#` and `*` are emoji by their property but are text.
    fileprivate var isEmojiPart: Bool {
        switch value {
        case 0x200D, 0x20E3, 0xFE0E, 0xFE0F, 0xE0020...0xE007F: true
        case 0x1F1E6...0x1F1FF, 0x1F3FB...0x1F3FF: true
        case ..<0x2190: false
        default:
            properties.isEmojiPresentation || (properties.isEmoji && value >= 0x2600)
                || (0x1F000...0x1FAFF).contains(value)
        }
    }
}
