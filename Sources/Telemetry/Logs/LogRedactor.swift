import Synchronization

/// Takes keys and tokens out of what is logged: by the name of a metadata key, by the look of a text, and by the
/// secrets that this server's configuration holds.
package final class LogRedactor: Sendable {
    /// What stands where a secret was.
    package static let mark = "[redacted]"
    /// Shorter secrets would tear holes into ordinary words.
    private static let leastLength = 6
    private static let secretNames = ["token", "apikey", "accesskey", "secret", "password", "authorization", "cookie"]

    /// Longest first, so that one secret inside another does not leave the other's rest.
    private let secrets = Mutex<[[UInt8]]>([])

    /// - Parameter secrets: the literal values that may appear in no line.
    package init(secrets: [String] = []) { add(secrets) }

    /// More values that may appear in no line; those before stay secret.
    package func add(_ more: [String]) {
        secrets.withLock { secrets in
            secrets = Set(secrets + more.map { Array($0.utf8) }).filter { $0.count >= Self.leastLength }
                .sorted { ($0.count, $1.description) > ($1.count, $0.description) }
        }
    }

    /// Whether a metadata key of this name holds a secret: `api_key`, `owner-token`, but not `first_token_ms`.
    package func isSecret(key: String) -> Bool {
        let name = key.lowercased()
        if name == "key" || name.hasSuffix("_key") || name.hasSuffix("-key") { return true }
        let letters = name.filter { $0.isLetter || $0.isNumber }
        return Self.secretNames.contains { letters.hasSuffix($0) }
    }

    /// The text without secrets.
    package func clean(_ text: String) -> String {
        let bytes = Array(text.utf8)
        let secrets = secrets.withLock { $0 }
        guard let found = Self.firstSecret(of: secrets, in: bytes, from: 0) else { return text }
        var output: [UInt8] = []
        var next: Range<Int>? = found
        var position = 0
        while let range = next {
            output += bytes[position..<range.lowerBound]
            output += Self.mark.utf8
            position = range.upperBound
            next = Self.firstSecret(of: secrets, in: bytes, from: position)
        }
        output += bytes[position...]
        return String(decoding: output, as: UTF8.self)
    }

    /// The nearest secret at or after a place.
    private static func firstSecret(of secrets: [[UInt8]], in bytes: [UInt8], from start: Int) -> Range<Int>? {
        var index = start
        while index < bytes.count {
            for secret in secrets where matches(secret, in: bytes, at: index) {
                return index..<index + secret.count
            }
            if let range = token(in: bytes, at: index) { return range }
            index += 1
        }
        return nil
    }

    /// `Bearer …`, `sk-…` and `token=…`: the range of the secret part that these announce at `index`.
    private static func token(in bytes: [UInt8], at index: Int) -> Range<Int>? {
        switch bytes[index] | 0x20 {
        case UInt8(ascii: "b"):
            guard matches(Array("bearer ".utf8), in: bytes, at: index, foldsCase: true) else { return nil }
            return value(in: bytes, from: index + 7, atLeast: 1)
        case UInt8(ascii: "s"):
            let isInWord = index > 0 && isTokenByte(bytes[index - 1])
            guard !isInWord, matches(Array("sk-".utf8), in: bytes, at: index) else { return nil }
            return value(in: bytes, from: index, atLeast: 12)
        default: break
        }
        // `…token=value`, as in an address's query.
        guard bytes[index] != UInt8(ascii: "="), index > 0, bytes[index - 1] == UInt8(ascii: "=") else { return nil }
        let names = ["token", "key", "secret", "password"]
        let isNamed = names.contains { name in
            index > name.utf8.count
                && matches(Array(name.utf8), in: bytes, at: index - 1 - name.utf8.count, foldsCase: true)
        }
        return isNamed ? value(in: bytes, from: index, atLeast: 1) : nil
    }

    private static func value(in bytes: [UInt8], from start: Int, atLeast length: Int) -> Range<Int>? {
        var end = start
        while end < bytes.count, isTokenByte(bytes[end]) { end += 1 }
        return end - start >= length ? start..<end : nil
    }

    /// Letters, digits and what else keys and tokens are made of (base64, base64url, `%` of a query).
    private static func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-_.~+/=%".utf8.contains(byte)
        }
    }

    private static func matches(_ pattern: [UInt8], in bytes: [UInt8], at index: Int, foldsCase: Bool = false) -> Bool {
        guard index >= 0, bytes.count - index >= pattern.count else { return false }
        for (offset, expected) in pattern.enumerated() {
            let byte = bytes[index + offset]
            let isLetter = (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
            guard (foldsCase && isLetter ? byte | 0x20 : byte) == expected else { return false }
        }
        return true
    }
}
