/// Finds the secrets of a configuration, so that no log line may hold them.
enum SecretValues {
    private static let names = ["key", "token", "secret", "password", "authorization", "signature", "credential"]

    /// Every text below a key whose name sounds like a secret, and the query of every address.
    static func collect(from root: ConfigurationNode) -> [String] {
        var found: Set<String> = []
        collect(root, isSecret: false, into: &found)
        return found.sorted()
    }

    private static func collect(_ node: ConfigurationNode, isSecret: Bool, into found: inout Set<String>) {
        switch node.content {
        case .map(let members):
            for (key, value) in members {
                let name = key.lowercased()
                collect(value, isSecret: isSecret || names.contains { name.contains($0) }, into: &found)
            }
        case .list(let elements): for element in elements { collect(element, isSecret: isSecret, into: &found) }
        case .string(let text):
            if isSecret, !text.isEmpty, !text.isSampleValue { found.insert(text) }
            guard text.contains("://"), let query = text.split(separator: "?", maxSplits: 1).dropFirst().first else {
                return
            }
            for pair in query.split(separator: "&") {
                if let value = pair.split(separator: "=", maxSplits: 1).dropFirst().first {
                    found.insert(String(value))
                }
            }
        case .integer(let value): if isSecret { found.insert(String(value)) }
        case .null, .bool, .number: break
        }
    }
}
