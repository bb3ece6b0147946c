/// Puts the environment into the configuration: `${NAME}` in texts, and `YUYAN_A__B` over keys. `$${` is a plain `${`.
enum Substitution {
    /// Words for a person or a model, which may hold `${}` and mean it: a name that the environment has not stays there.
    private static let prose: Set<String> = ["prompt", "end_prompt.prompt", "system_error_response"]

    static func apply(
        _ environment: [String: String], to node: ConfigurationNode, path: String = "",
        problems: inout [ConfigurationProblem]
    ) -> ConfigurationNode {
        switch node.content {
        case .map(let map):
            var result: [String: ConfigurationNode] = [:]
            for (key, value) in map {
                result[key] = apply(
                    environment, to: value, path: path.isEmpty ? key : "\(path).\(key)", problems: &problems)
            }
            return ConfigurationNode(content: .map(result), origin: node.origin)
        case .list(let list):
            return ConfigurationNode(
                content: .list(list.map { apply(environment, to: $0, path: path, problems: &problems) }),
                origin: node.origin)
        case .string(let text) where text.contains("${"):
            var result = ""
            var rest = Substring(text)
            while let start = rest.firstRange(of: "${") {
                let before = rest[..<start.lowerBound]
                result += before
                if before.last == "$" {
                    result += "{"
                    rest = rest[start.upperBound...]
                    continue
                }
                guard let end = rest[start.upperBound...].firstIndex(of: "}") else {
                    rest = rest[start.lowerBound...]
                    break
                }
                let inside = rest[start.upperBound..<end]
                let fallback = inside.firstRange(of: ":-")
                let name = String(fallback.map { inside[..<$0.lowerBound] } ?? inside)
                if let value = environment[name], !value.isEmpty {
                    result += value
                } else if let fallback {
                    result += inside[fallback.upperBound...]
                } else {
                    let isProse = prose.contains(path)
                    if isProse { result += rest[start.lowerBound...end] }
                    problems.append(
                        ConfigurationProblem(
                            severity: isProse ? .warning : .error, keyPath: path, file: node.origin.file,
                            line: node.origin.line,
                            message: "the environment has no \(name)",
                            suggestion: "set it, or write ${\(name):-default}, or $${\(name)} for these very characters"
                        ))
                }
                rest = rest[rest.index(after: end)...]
            }
            return ConfigurationNode(content: .string(result + rest), origin: node.origin)
        default: return node
        }
    }

    /// `YUYAN_SERVER__PORT=9000` sets `server.port`.
    static func overrides(in environment: [String: String], onto node: ConfigurationNode) -> ConfigurationNode {
        var node = node
        for (name, value) in environment.sorted(by: { $0.key < $1.key }) where name.hasPrefix("YUYAN_") {
            let path = name.dropFirst("YUYAN_".count).components(separatedBy: "__")
            // Single names such as YUYAN_MODELS are for other purposes.
            guard path.count > 1 || node.map?[path[0].lowercased()] != nil else { continue }
            let origin = ConfigurationNode.Origin(file: "environment variable \(name)", line: 0)
            node.set(path[...], to: ConfigurationNode(content: YAMLReader.plain(value), origin: origin))
        }
        return node
    }
}

extension Substring {
    fileprivate func components(separatedBy separator: String) -> [String] {
        var parts: [String] = []
        var rest = self
        while let range = rest.firstRange(of: separator) {
            parts.append(String(rest[..<range.lowerBound]))
            rest = rest[range.upperBound...]
        }
        return parts + [String(rest)]
    }
}
