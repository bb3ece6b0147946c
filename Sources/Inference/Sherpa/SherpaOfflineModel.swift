import CSherpaOnnx
import VoiceAPI

/// A loaded whole-utterance model. Its calls block and belong on the worker pool.
final class SherpaOfflineModel: @unchecked Sendable {
    // Sendable: `recognizer` never changes and sherpa-onnx decodes different streams of one recognizer from several
    // threads at once; each call below makes a stream of its own.
    private let recognizer: OpaquePointer
    private let provider: String

    init(
        type: SherpaOfflineModelType, folder: SherpaModelFolder,
        configuration: SherpaConfiguration<SherpaOfflineModelType>
    ) throws(ProviderError) {
        provider = configuration.name
        let strings = CStrings()
        var config = SherpaOnnxOfflineRecognizerConfig()
        config.feat_config.sample_rate = Int32(VoiceActivity.sampleRate)
        config.feat_config.feature_dim = 80
        config.decoding_method = strings.lend("greedy_search")
        config.model_config.num_threads = Int32(clamping: max(1, configuration.threads))
        config.model_config.provider = strings.lend("cpu")
        config.model_config.tokens = strings.lend(folder.tokens)
        try Self.fill(&config.model_config, type, folder, configuration, strings)
        let created = withExtendedLifetime(strings) { SherpaOnnxCreateOfflineRecognizer(&config) }
        guard let created else {
            throw ProviderError(
                .invalidRequest, provider: provider,
                message: "sherpa-onnx cannot load \(folder.path) as \(type.rawValue)")
        }
        recognizer = created
    }

    deinit {
        SherpaOnnxDestroyOfflineRecognizer(recognizer)
    }

    private static func fill(
        _ model: inout SherpaOnnxOfflineModelConfig, _ type: SherpaOfflineModelType, _ folder: SherpaModelFolder,
        _ configuration: SherpaConfiguration<SherpaOfflineModelType>, _ strings: CStrings
    ) throws(ProviderError) {
        switch type {
        case .senseVoice, .paraformer, .zipformerCTC, .nemoCTC:
            let file = try folder.required("model")
            try folder.check(file, names: type.metadata)
            let path = strings.lend(file)
            switch type {
            case .senseVoice:
                model.sense_voice.model = path
                model.sense_voice.language = strings.lend(configuration.language ?? "auto")
                model.sense_voice.use_itn = configuration.useITN ? 1 : 0
            case .paraformer: model.paraformer.model = path
            case .zipformerCTC: model.zipformer_ctc.model = path
            default: model.nemo_ctc.model = path
            }
        case .whisper:
            let encoder = try folder.required("encoder")
            try folder.check(encoder, names: type.metadata)
            model.whisper.encoder = strings.lend(encoder)
            model.whisper.decoder = strings.lend(try folder.required("decoder"))
            model.whisper.language = strings.lend(configuration.language ?? "")
            model.whisper.task = strings.lend("transcribe")
            model.whisper.tail_paddings = -1
        case .transducer:
            model.transducer.encoder = strings.lend(try folder.required("encoder"))
            model.transducer.decoder = strings.lend(try folder.required("decoder"))
            model.transducer.joiner = strings.lend(try folder.required("joiner"))
        }
    }

    /// Decodes one utterance of 16 kHz samples.
    func transcribe(_ samples: [Int16]) throws(ProviderError) -> Transcript {
        guard let stream = SherpaOnnxCreateOfflineStream(recognizer) else {
            throw ProviderError(.unavailable, provider: provider, message: "sherpa-onnx gives no stream")
        }
        defer { SherpaOnnxDestroyOfflineStream(stream) }
        let floats = samples.map { Float($0) * (1 / 32768) }
        floats.withUnsafeBufferPointer {
            SherpaOnnxAcceptWaveformOffline(
                stream, Int32(VoiceActivity.sampleRate), $0.baseAddress, Int32(clamping: $0.count))
        }
        SherpaOnnxDecodeOfflineStream(recognizer, stream)
        guard let result = SherpaOnnxGetOfflineStreamResult(stream) else {
            throw ProviderError(.invalidResponse, provider: provider, message: "sherpa-onnx gives no result")
        }
        defer { SherpaOnnxDestroyOfflineRecognizerResult(result) }
        return SherpaResult.transcript(
            text: result.pointee.text.map { String(cString: $0) } ?? "",
            language: result.pointee.lang.map { String(cString: $0) } ?? "",
            emotion: result.pointee.emotion.map { String(cString: $0) } ?? "")
    }
}
