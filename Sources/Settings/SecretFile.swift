import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A secret of this server that is made on first start when the owner configured none.
public enum SecretFile: String, Sendable {
    /// What device tokens are made with.
    case authKey = ".auth_key"
    /// What the owner shows for metrics, the API and the agent's tools.
    case ownerToken = ".owner_token"

    /// Reads the file in `data/`, or makes one that only the owner can read.
    ///
    /// - Throws: when the directory cannot be written.
    public func loadOrCreate(directory: String) throws -> String {
        let file = try "\(DataFolder.make(in: directory))/\(rawValue)"
        if let data = FileManager.default.contents(atPath: file), let text = String(data: data, encoding: .utf8) {
            let key = text.split(whereSeparator: \.isWhitespace).first.map(String.init) ?? ""
            if key.count >= 32 { return key }
        }
        var generator = SystemRandomNumberGenerator()
        let key = (0..<4).map { _ in
            let word = String(generator.next(), radix: 16)
            return String(repeating: "0", count: 16 - word.count) + word
        }.joined()
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        guard descriptor >= 0 else { throw CocoaError(.fileWriteNoPermission) }
        defer { _ = close(descriptor) }
        let bytes = Array("\(key)\n".utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count else { throw CocoaError(.fileWriteOutOfSpace) }
        return key
    }
}
