import Yams

/// Reads YAML into nodes that know their line.
enum YAMLReader {
    private static let maximumNodes = 50_000

    /// - Throws: `ConfigurationProblem` for text that is no YAML.
    static func read(_ text: String, file: String) throws(ConfigurationProblem) -> ConfigurationNode? {
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch let error as YamlError {
            throw ConfigurationProblem(
                severity: .error, keyPath: "", file: file, line: Self.line(of: error),
                message: "this is not YAML: \(error)",
                suggestion: "check indentation, quotes and colons")
        } catch {
            throw ConfigurationProblem(
                severity: .error, keyPath: "", file: file, line: 0, message: "this is not YAML: \(error)")
        }
        guard let node else { return nil }
        var budget = maximumNodes
        return try convert(node, file: file, budget: &budget)
    }

    private static func line(of error: YamlError) -> Int {
        switch error {
        case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
        case .reader(_, let offset, _, _): offset ?? 0
        default: 0
        }
    }

    private static func convert(
        _ node: Node, file: String, budget: inout Int
    ) throws(ConfigurationProblem) -> ConfigurationNode {
        budget -= 1
        let origin = ConfigurationNode.Origin(file: file, line: node.mark?.line ?? 0)
        guard budget > 0 else {
            throw ConfigurationProblem(
                severity: .error, keyPath: "", file: file, line: origin.line, message: "the file is too large")
        }
        switch node {
        case .mapping(let mapping):
            var map: [String: ConfigurationNode] = [:]
            for (key, value) in mapping {
                map[key.string ?? "\(key.scalar?.string ?? "")"] = try convert(value, file: file, budget: &budget)
            }
            return ConfigurationNode(content: .map(map), origin: origin)
        case .sequence(let sequence):
            var list: [ConfigurationNode] = []
            for value in sequence { list.append(try convert(value, file: file, budget: &budget)) }
            return ConfigurationNode(content: .list(list), origin: origin)
        case .scalar(let scalar): return ConfigurationNode(content: content(scalar), origin: origin)
        case .alias: return ConfigurationNode(content: .null, origin: origin)
        }
    }

    private static func content(_ scalar: Node.Scalar) -> ConfigurationNode.Content {
        scalar.style == .plain || scalar.style == .any ? plain(scalar.string) : .string(scalar.string)
    }

    /// The type of an unquoted value.
    static func plain(_ text: String) -> ConfigurationNode.Content {
        switch text.lowercased() {
        case "", "~", "null": return .null
        case "true", "yes", "on": return .bool(true)
        case "false", "no", "off": return .bool(false)
        default: break
        }
        if let integer = Int(text) { return .integer(integer) }
        if let number = Double(text), number.isFinite, text.contains(where: \.isNumber) { return .number(number) }
        return .string(text)
    }
}
