import VoiceAPI

/// The streaming models that are known here.
public enum SherpaOnlineModelType: String, Sendable, Hashable, CaseIterable {
    case transducer, paraformer, zipformer2CTC, nemoCTC

    /// What the files of a folder are.
    ///
    /// - Throws: `.invalidRequest` saying what was looked for.
    static func detect(_ folder: SherpaModelFolder, provider: String) throws(ProviderError) -> Self {
        if folder.part("encoder") != nil, folder.part("decoder") != nil {
            return folder.part("joiner") == nil ? .paraformer : .transducer
        }
        if let model = folder.part("model") {
            for type in [Self.zipformer2CTC, .nemoCTC] {
                if try folder.metadata(of: model, lacks: type.metadata).isEmpty { return type }
            }
        }
        throw ProviderError(
            .invalidRequest, provider: provider,
            message: "\(folder.path) holds none of: encoder*.onnx, decoder*.onnx and joiner*.onnx of a streaming "
                + "transducer; the first two of a streaming Paraformer; model*.onnx of a streaming zipformer2 or NeMo CTC"
        )
    }

    /// Texts that the metadata of the (first) model file holds, as sherpa-onnx demands them. Transducers come in four
    /// families that share none.
    var metadata: [String] {
        switch self {
        case .transducer: []
        case .paraformer: ["vocab_size", "lfr_window_size", "encoder_output_size", "decoder_num_blocks", "neg_mean"]
        case .zipformer2CTC: ["encoder_dims", "query_head_dims", "left_context_len", "decode_chunk_len"]
        case .nemoCTC: ["window_size", "chunk_shift", "cache_last_channel_dim1", "cache_last_time_dim1"]
        }
    }
}
