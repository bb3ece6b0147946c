import VoiceAPI

/// The whole-utterance models that are known here.
public enum SherpaOfflineModelType: String, Sendable, Hashable, CaseIterable {
    case senseVoice, paraformer, whisper, transducer, zipformerCTC, nemoCTC

    /// What the files of a folder are.
    ///
    /// - Throws: `.invalidRequest` saying what was looked for.
    static func detect(_ folder: SherpaModelFolder, provider: String) throws(ProviderError) -> Self {
        if folder.part("encoder") != nil, folder.part("decoder") != nil {
            return folder.part("joiner") == nil ? .whisper : .transducer
        }
        if let model = folder.part("model") {
            for type in [Self.senseVoice, .paraformer, .zipformerCTC, .nemoCTC] {
                if try folder.metadata(of: model, lacks: type.metadata).isEmpty { return type }
            }
        }
        throw ProviderError(
            .invalidRequest, provider: provider,
            message: "\(folder.path) holds none of: model*.onnx of SenseVoice, Paraformer, zipformer2 CTC or NeMo CTC; "
                + "encoder*.onnx and decoder*.onnx of Whisper; these and joiner*.onnx of a transducer")
    }

    /// Texts that the metadata of the (first) model file holds, as sherpa-onnx demands them.
    var metadata: [String] {
        switch self {
        case .senseVoice: ["lfr_window_size", "lfr_window_shift", "with_itn", "lang_auto", "neg_mean", "inv_stddev"]
        case .paraformer: ["vocab_size", "lfr_window_size", "lfr_window_shift", "neg_mean", "inv_stddev"]
        case .whisper: ["n_text_layer", "n_text_ctx", "is_multilingual"]
        case .transducer: []
        case .zipformerCTC: ["model_type", "zipformer2_ctc"]
        case .nemoCTC: ["model_type", "EncDec", "vocab_size", "subsampling_factor", "normalize_type"]
        }
    }
}
