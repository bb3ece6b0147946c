/// Which model a sherpa-onnx recognizer loads; the same for whole-utterance and streaming ones.
public struct SherpaConfiguration<ModelType: Sendable & Hashable>: Sendable, Hashable {
    public var name: String
    /// A folder as `SherpaModelFolder` describes it.
    public var modelDirectory: String
    /// nil lets the files decide.
    public var modelType: ModelType?
    /// BCP 47 primary language for models that take one (SenseVoice, Whisper); nil lets the model decide.
    public var language: String?
    /// Threads inside one decoding.
    public var threads: Int
    /// Whether SenseVoice writes numbers as digits and sets punctuation.
    public var useITN: Bool
    public init(
        name: String, modelDirectory: String, modelType: ModelType? = nil, language: String? = nil, threads: Int = 2,
        useITN: Bool = true
    ) {
        self.name = name
        self.modelDirectory = modelDirectory
        self.modelType = modelType
        self.language = language
        self.threads = threads
        self.useITN = useITN
    }
}
