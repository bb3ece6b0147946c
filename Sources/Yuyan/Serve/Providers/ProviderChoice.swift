/// Which provider a stage runs on, and why.
struct ProviderChoice: Sendable, Equatable {
    /// `VAD`, `ASR`, `LLM` or `TTS`.
    var stage: String
    var name: String
    var reason: String
}
