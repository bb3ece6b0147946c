import JSON

/// A value of a configuration file, and where it stands.
struct ConfigurationNode: Sendable, Equatable {
    indirect enum Content: Sendable, Equatable {
        case null
        case bool(Bool)
        case integer(Int)
        case number(Double)
        case string(String)
        case list([ConfigurationNode])
        case map([String: ConfigurationNode])
    }

    /// The file and line, for messages.
    struct Origin: Sendable, Equatable {
        var file: String
        /// 0 when there is no line (the environment).
        var line: Int
    }

    var content: Content
    var origin: Origin

    var list: [ConfigurationNode]? { if case .list(let list) = content { list } else { nil } }
    var map: [String: ConfigurationNode]? { if case .map(let map) = content { map } else { nil } }

    subscript(path: String) -> ConfigurationNode? {
        path.split(separator: ".").reduce(ConfigurationNode?.some(self)) { node, key in node?.map?[String(key)] }
    }

    /// Maps merge; everything else, an explicit null too, replaces.
    func merged(with other: ConfigurationNode) -> ConfigurationNode {
        guard case .map(var mine) = content, case .map(let theirs) = other.content else { return other }
        for (key, value) in theirs { mine[key] = mine[key]?.merged(with: value) ?? value }
        return ConfigurationNode(content: .map(mine), origin: origin)
    }

    mutating func set(_ path: ArraySlice<String>, to value: ConfigurationNode) {
        guard let first = path.first else {
            self = value
            return
        }
        var members = map ?? [:]
        // Keys are matched without case, because environment variables have none.
        let key = members.keys.first { $0.lowercased() == first.lowercased() } ?? first.lowercased()
        var child = members[key] ?? ConfigurationNode(content: .map([:]), origin: value.origin)
        child.set(path.dropFirst(), to: value)
        members[key] = child
        content = .map(members)
    }

    var typeName: String {
        switch content {
        case .null: "nothing"
        case .bool: "true or false"
        case .integer: "a whole number"
        case .number: "a number"
        case .string: "a text"
        case .list: "a list"
        case .map: "a map"
        }
    }
}

extension ConfigurationNode {
    /// The same value without its place, for parts that read their own settings.
    var json: JSON {
        switch content {
        case .null: .null
        case .bool(let value): .bool(value)
        case .integer(let value): .integer(Int64(value))
        case .number(let value): .number(value)
        case .string(let value): .string(value)
        case .list(let elements): .array(elements.map(\.json))
        case .map(let members):
            .object(
                members.sorted { $0.key < $1.key }.reduce(into: JSONObject()) { $0[$1.key] = $1.value.json })
        }
    }
}
