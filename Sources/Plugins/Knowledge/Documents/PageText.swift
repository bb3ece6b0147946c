/// The words of an HTML page: without tags, scripts and styles, with a blank line where a block ends. Pure.
enum PageText {
    private static let skipped: Set<String> = ["script", "style", "noscript", "template", "svg"]
    private static let blocks: Set<String> = [
        "p", "div", "li", "ul", "ol", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "table", "section", "article", "header",
        "footer", "nav", "main", "aside", "blockquote", "pre", "title", "dl", "dt", "dd", "figure", "hr", "body",
        "head",
    ]
    private static let entities: [String: String] = [
        "lt": "<", "gt": ">", "amp": "&", "quot": "\"", "apos": "'", "nbsp": " ",
    ]

    static func words(in page: String) -> String {
        let bytes = Array(page.utf8)
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: "<"):
                if bytes[index...].starts(with: "<!--".utf8) {
                    index = end(of: "-->", in: bytes, from: index + 4)
                    continue
                }
                let (name, isEnd, after) = tag(in: bytes, at: index)
                guard let name else {
                    result.append(bytes[index])
                    index += 1
                    continue
                }
                index = after
                if !isEnd, skipped.contains(name) { index = end(of: "</\(name)", in: bytes, from: after) }
                // A tag that is cut open by the jump above ends here.
                if !isEnd, skipped.contains(name) { index = end(of: ">", in: bytes, from: index) }
                if blocks.contains(name) {
                    result += "\n\n".utf8
                } else if name == "br" {
                    result += "\n".utf8
                } else if name == "td" || name == "th" {
                    result += " ".utf8
                }
            case UInt8(ascii: "&"):
                let (sign, after) = entity(in: bytes, at: index)
                result += sign.utf8
                index = after
            default:
                result.append(bytes[index])
                index += 1
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    /// The tag that begins at `<`; no name when it is only a sign.
    private static func tag(in bytes: [UInt8], at start: Int) -> (name: String?, isEnd: Bool, after: Int) {
        var index = start + 1
        let isEnd = index < bytes.count && bytes[index] == UInt8(ascii: "/")
        if isEnd { index += 1 }
        guard index < bytes.count, isLetter(bytes[index]) || bytes[index] == UInt8(ascii: "!") else {
            return (nil, false, start)
        }
        let first = index
        while index < bytes.count, index - first < 32, isLetter(bytes[index]) || isDigit(bytes[index]) { index += 1 }
        let name = String(decoding: bytes[first..<index], as: UTF8.self).lowercased()
        return (name, isEnd, end(of: ">", in: bytes, from: index))
    }

    private static func entity(in bytes: [UInt8], at start: Int) -> (sign: String, after: Int) {
        let rest = bytes[(start + 1)...].prefix(10)
        guard let close = rest.firstIndex(of: UInt8(ascii: ";")) else { return ("&", start + 1) }
        let name = String(decoding: bytes[(start + 1)..<close], as: UTF8.self)
        if let sign = entities[name] { return (sign, close + 1) }
        guard name.hasPrefix("#") else { return ("&", start + 1) }
        let isHex = name.hasPrefix("#x") || name.hasPrefix("#X")
        guard let value = UInt32(name.dropFirst(isHex ? 2 : 1), radix: isHex ? 16 : 10),
            let scalar = Unicode.Scalar(value), value >= 32
        else { return ("&", start + 1) }
        return (String(Character(scalar)), close + 1)
    }

    /// After the next occurrence of an ASCII text, in either case; the end when there is none.
    private static func end(of text: String, in bytes: [UInt8], from start: Int) -> Int {
        let wanted = Array(text.utf8)
        var index = start
        while index + wanted.count <= bytes.count {
            if zip(bytes[index...], wanted).allSatisfy({ lower($0) == $1 }) { return index + wanted.count }
            index += 1
        }
        return bytes.count
    }

    private static func lower(_ byte: UInt8) -> UInt8 { (0x41...0x5A).contains(byte) ? byte + 32 : byte }
    private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(lower(byte)) }
    private static func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
}
