public import VoiceAPI

/// Streaming recognition with a sherpa-onnx model folder: zipformer and Paraformer transducers, streaming CTC.
///
/// One model serves every device. Each piece of audio is decoded on the pool as it comes, so the words are there
/// soon after the last of them.
public final class SherpaOnlineRecognizer: SpeechRecognizer {
    public typealias Configuration = SherpaConfiguration<SherpaOnlineModelType>

    public let name: String
    /// What was loaded, for the start banner.
    public let modelType: SherpaOnlineModelType
    private let model: SherpaOnlineModel
    private let pool: WorkerPool

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
        model = try SherpaOnlineModel(type: modelType, folder: folder, configuration: configuration)
    }

    public func recognize(
        _ audio: some AsyncSequence<AudioFrame, Never> & Sendable, hints: RecognitionHints,
        partial: (String) async -> Void
    ) async throws(ProviderError) -> Transcript {
        let stream = try SherpaOnlineStream(model: model, provider: name)
        var heard = ""
        for await frame in audio {
            try UtteranceCollector.checkRate(frame, provider: name)
            let text = try await pool.run { stream.hear(frame.samples, $0) }
            guard text != heard else { continue }
            heard = text
            await partial(text)
        }
        try UtteranceCollector.checkCancellation(provider: name)
        let text = try await pool.run { stream.finish($0) }
        return Transcript(text: text)
    }
}
