import JSON

/// How tools are found: the chosen block of `Intent`.
public struct IntentSettings: Sendable, Equatable {
    /// `function_call`, `intent_llm` or `nointent`.
    public var type = "function_call"
    /// The model that classifies, for `intent_llm`; nil: the answering one.
    public var model: String?
    /// Names of the plugins that are on; nil: all that are configured.
    public var functions: [String]?

    public init() {}

    init(name: String, node: ConfigurationNode?) {
        let block = node?.json
        type = block?["type"]?.string ?? name
        model = block?["llm"]?.string
        functions = block?["functions"]?.array?.compactMap(\.string)
    }
}
