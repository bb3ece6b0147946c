/// The settings of one provider block, for example `LLM.DeepSeekLLM`.
public struct ProviderSettings: Sendable, Equatable {
    /// The block's name.
    public var name: String
    /// What implements it; the name when the block has no `type`.
    public var type: String
    private let node: ConfigurationNode

    init(name: String, node: ConfigurationNode) {
        self.name = name
        self.node = node
        type = name
        type = self["type"] ?? name
    }

    /// A text; nil when it is missing, empty, or a placeholder with 你 in it, as in the reference's samples.
    public subscript(key: String) -> String? {
        let text: String
        switch node.map?[key]?.content {
        case .string(let value): text = value
        case .integer(let value): text = String(value)
        case .number(let value): text = String(value)
        default: return nil
        }
        return text.isEmpty || text.isSampleValue ? nil : text
    }

    /// Whether a switch is on.
    public func flag(_ key: String) -> Bool {
        switch node.map?[key]?.content {
        case .bool(let value): value
        case .string(let text): YAMLReader.plain(text) == .bool(true)
        default: false
        }
    }
    public func number(_ key: String) -> Double? { self[key].flatMap(Double.init) }

    /// `first_output_timeout`: how long the owner lets this provider take to its first output.
    public var firstOutputTimeout: Duration? { number("first_output_timeout").map { .seconds($0) } }
    public func integer(_ key: String) -> Int? { number(key).flatMap(Int.init(exactly:)) }
}
