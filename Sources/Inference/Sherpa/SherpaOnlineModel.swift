import CSherpaOnnx
import VoiceAPI

/// A loaded streaming model.
final class SherpaOnlineModel: @unchecked Sendable {
    // Sendable: `recognizer` never changes, and sherpa-onnx decodes different streams of one recognizer from several
    // threads at once; each stream is used by one job at a time (`SherpaOnlineStream`).
    let recognizer: OpaquePointer

    init(
        type: SherpaOnlineModelType, folder: SherpaModelFolder,
        configuration: SherpaConfiguration<SherpaOnlineModelType>
    ) throws(ProviderError) {
        let strings = CStrings()
        var config = SherpaOnnxOnlineRecognizerConfig()
        config.feat_config.sample_rate = Int32(VoiceActivity.sampleRate)
        config.feat_config.feature_dim = 80
        config.decoding_method = strings.lend("greedy_search")
        config.model_config.num_threads = Int32(clamping: max(1, configuration.threads))
        config.model_config.provider = strings.lend("cpu")
        config.model_config.tokens = strings.lend(folder.tokens)
        switch type {
        case .transducer:
            config.model_config.transducer.encoder = strings.lend(try folder.required("encoder"))
            config.model_config.transducer.decoder = strings.lend(try folder.required("decoder"))
            config.model_config.transducer.joiner = strings.lend(try folder.required("joiner"))
        case .paraformer:
            let encoder = try folder.required("encoder")
            try folder.check(encoder, names: type.metadata)
            config.model_config.paraformer.encoder = strings.lend(encoder)
            config.model_config.paraformer.decoder = strings.lend(try folder.required("decoder"))
        case .zipformer2CTC:
            let model = try folder.required("model")
            try folder.check(model, names: type.metadata)
            config.model_config.zipformer2_ctc.model = strings.lend(model)
        case .nemoCTC:
            let model = try folder.required("model")
            try folder.check(model, names: type.metadata)
            config.model_config.nemo_ctc.model = strings.lend(model)
        }
        let created = withExtendedLifetime(strings) { SherpaOnnxCreateOnlineRecognizer(&config) }
        guard let created else {
            throw ProviderError(
                .invalidRequest, provider: configuration.name,
                message: "sherpa-onnx cannot load \(folder.path) as \(type.rawValue)")
        }
        recognizer = created
    }

    deinit {
        SherpaOnnxDestroyOnlineRecognizer(recognizer)
    }
}
