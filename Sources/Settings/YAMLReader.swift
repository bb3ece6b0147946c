import Yams

/// Reads YAML into nodes that know their line.
enum YAMLReader {
    private static let maximumNodes = 50_000

    /// - Throws: `ConfigurationProblem` for text that is no YAML.
    static func read(_ text: String, file: String) throws(ConfigurationProblem) -> ConfigurationNode? {
        let node: Node?
        do {
            node = try Yams.compose(yaml: text)
        } catch YamlError.duplicatedKeysInMapping(let names, let context) {
            throw ConfigurationProblem(
                severity: .error, keyPath: "", file: file, line: context.mark.line,
                message: "twice in the same map: \(names.sorted().joined(separator: ", "))",
                suggestion: "put both into one, or delete one")
        } catch let error as YamlError {
            throw ConfigurationProblem(
                severity: .error, keyPath: "", file: file, line: Self.line(of: error),
                message: "this is not YAML: \(Self.problem(of: error))",
                suggestion: "check indentation, quotes and colons")
        } catch {
            throw ConfigurationProblem(
                severity: .error, keyPath: "", file: file, line: 0, message: "this is not YAML: \(error)")
        }
        guard let node else { return nil }
        var budget = maximumNodes
        return try convert(node, file: file, budget: &budget)
    }

    /// What is wrong, without the text it is wrong in: that may be a line with a key.
    private static func problem(of error: YamlError) -> String {
        switch error {
        case .scanner(_, let problem, _, _), .parser(_, let problem, _, _), .composer(_, let problem, _, _),
            .reader(let problem, _, _, _):
            problem
        default: "it cannot be read"
        }
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
            var merged: [ConfigurationNode] = []
            for (key, value) in mapping {
                let name = key.string ?? "\(key.scalar?.string ?? "")"
                let value = try convert(value, file: file, budget: &budget)
                if name == "<<" { merged = value.list ?? [value] } else { map[name] = value }
            }
            // A merge key (YAML 1.1): what the map says itself, and the earlier of several, wins.
            for base in merged { map.merge(base.map ?? [:]) { mine, _ in mine } }
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
        // Keys and ids may look like numbers: one with leading zeros, too many digits or an `e` must stay as it was written.
        let digits = text.drop { $0 == "-" || $0 == "+" }
        guard digits.first?.isNumber == true || digits.first == ".",
            !(digits.count > 1 && digits.allSatisfy(\.isNumber) && digits.first == "0")
        else { return .string(text) }
        if let integer = Int(text) { return .integer(integer) }
        if text.contains("."), let number = Double(text), number.isFinite { return .number(number) }
        return .string(text)
    }
}
