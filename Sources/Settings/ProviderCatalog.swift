/// The provider types that are built, by section: what `config check` and the start banner call usable.
public enum ProviderCatalog {
    public static let types: [String: Set<String>] = [
        "VAD": ["silero"],
        "ASR": ["openai", "pocketsphinx", "sherpa_onnx_local", "fun_local"],
        "LLM": ["openai", "ollama", "xinference", "skills"],
        "TTS": ["openai", "espeak"],
    ]

    /// Types that run in this process and never need a network.
    static let embedded: Set<String> = ["silero", "pocketsphinx", "sherpa_onnx_local", "fun_local", "skills", "espeak"]
}

extension ProviderSettings {
    /// Runs in this process.
    public var isEmbedded: Bool { ProviderCatalog.embedded.contains(type) }
    public var hasKey: Bool { self["api_key"] != nil }
    /// A server in the house, which needs no key: its address is plain HTTP.
    public var isInTheHouse: Bool {
        (self["base_url"] ?? self["url"] ?? self["api_url"] ?? "").hasPrefix("http://")
    }
}
