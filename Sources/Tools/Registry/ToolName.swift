/// Names that every chat service takes: letters, digits, `_`, `-` and Chinese characters (the reference's rule), at
/// most 64 of them (OpenAI's limit).
package enum ToolName {
    package static let longest = 64

    package static func sanitized(_ name: String) -> String {
        let isPlain = name.utf8.allSatisfy { $0 < 0x80 && isAllowed(Unicode.Scalar($0)) }
        if isPlain, (1...longest).contains(name.utf8.count) { return name }
        var result = ""
        for scalar in name.unicodeScalars.prefix(longest) {
            result.unicodeScalars.append(isAllowed(scalar) ? scalar : "_")
        }
        return result.isEmpty ? "_" : result
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x5F, 0x2D, 0x4E00...0x9FFF: true
        default: false
        }
    }
}
