import CSherpaOnnx
public import VoiceAPI

/// Whole-utterance recognition with a sherpa-onnx model folder: SenseVoice, Paraformer, Whisper and others.
///
/// One model serves every device; an utterance is collected while the person speaks and decoded on the pool after.
public final class SherpaOfflineRecognizer: SpeechRecognizer {
    public typealias Configuration = SherpaConfiguration<SherpaOfflineModelType>

    public let name: String
    /// What was loaded, for the start banner.
    public let modelType: SherpaOfflineModelType
    private let model: SherpaOfflineModel
    private let pool: WorkerPool

    /// Longest utterance, one minute; what follows is dropped, as models of this kind need memory for all of it.
    static let sampleLimit = 60 * VoiceActivity.sampleRate

    /// Loads the model, some seconds for a large one; call it at start.
    ///
    /// - Throws: `.unavailable` or `.invalidRequest` saying which files were looked for.
    public init(configuration: Configuration, pool: WorkerPool) throws(ProviderError) {
        name = configuration.name
        self.pool = pool
        let folder = try SherpaModelFolder(path: configuration.modelDirectory, provider: configuration.name)
        if let type = configuration.modelType {
            modelType = type
        } else {
            modelType = try .detect(folder, provider: configuration.name)
        }
        model = try SherpaOfflineModel(type: modelType, folder: folder, configuration: configuration)
    }

    public func recognize(
        _ audio: some AsyncSequence<AudioFrame, Never> & Sendable, hints: RecognitionHints,
        partial: (String) async -> Void
    ) async throws(ProviderError) -> Transcript {
        let samples = try await UtteranceCollector.collect(audio, limit: Self.sampleLimit, provider: name)
        guard !samples.isEmpty else { return Transcript(text: "") }
        return try await pool.run { [model] _ in try model.transcribe(samples) }
    }
}
