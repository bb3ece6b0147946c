import CSilero
import Glibc
import VoiceAPI

/// The Silero VAD network for 16 kHz, loaded once for the whole process and computed by `CSilero`.
///
/// Its weights are the float tensors of `silero_vad_16k_op15.onnx` in the wheel `silero-vad` 6, found by name and shape.
final class SileroModel: @unchecked Sendable {
    // Sendable: `network` never changes after `init`, and it is freed in `deinit`, when nobody can run it any more.
    private let network: OpaquePointer

    /// Samples of the window before that the model sees again.
    static let contextSize = Int(SileroContextSize)
    static let inputSize = Int(SileroInputSize)
    /// Numbers that the model remembers of one device.
    static let stateSize = Int(SileroStateSize)
    /// The real file has 1.3 MB.
    private static let sizeLimit = 16 << 20

    /// - Throws: `.unavailable` naming `dev/setup` when the file is missing, `.invalidRequest` when it is another model.
    init(path: String, provider: String) throws(ProviderError) {
        guard let bytes = Self.contents(of: path) else {
            throw ProviderError(
                .unavailable, provider: provider, message: "there is no readable model at \(path); run dev/setup")
        }
        func refusal(_ reason: String) -> ProviderError {
            ProviderError(
                .invalidRequest, provider: provider,
                message: "\(path) is not Silero's 16 kHz model (\(reason)); run dev/setup")
        }
        guard let file = OnnxInitializers(bytes) else { throw refusal("it is not an ONNX file") }
        var found: [[Float]] = []
        for (name, shape) in Self.layout {
            guard let tensor = file.tensors[name] else { throw refusal("it has no weights \(name)") }
            guard tensor.shape == shape, tensor.values.count == shape.reduce(1, *) else {
                throw refusal("\(name) has the shape \(tensor.shape), not \(shape)")
            }
            found.append(tensor.values)
        }
        let error = found[0].withUnsafeBufferPointer { $0.baseAddress.map { silero_basis_error($0) } ?? 1 }
        guard error < 1e-5 else { throw refusal("its first layer is not a Fourier transform") }
        guard let network = Self.network(found) else {
            throw ProviderError(.unavailable, provider: provider, message: "there is no memory for the model")
        }
        self.network = network
    }

    deinit {
        silero_network_free(network)
    }

    /// Runs the first `count` rows of `batch`, 1…`SileroBatch.capacity`; one thread at a time for a batch.
    func run(_ batch: borrowing SileroBatch, count: Int) {
        silero_run(network, batch.scratch, batch.input, batch.state, batch.output, Int32(count))
    }

    /// The weights in the order of `network(_:)`.
    private static let layout: [(String, [Int])] = [
        ("model.stft.forward_basis_buffer", [258, 1, 256]),
        ("model.encoder.0.reparam_conv.weight", [128, 129, 3]), ("model.encoder.0.reparam_conv.bias", [128]),
        ("model.encoder.1.reparam_conv.weight", [64, 128, 3]), ("model.encoder.1.reparam_conv.bias", [64]),
        ("model.encoder.2.reparam_conv.weight", [64, 64, 3]), ("model.encoder.2.reparam_conv.bias", [64]),
        ("model.encoder.3.reparam_conv.weight", [128, 64, 3]), ("model.encoder.3.reparam_conv.bias", [128]),
        ("model.decoder.rnn.weight_ih", [512, 128]), ("model.decoder.rnn.weight_hh", [512, 128]),
        ("model.decoder.rnn.bias_ih", [512]), ("model.decoder.rnn.bias_hh", [512]),
        ("model.decoder.decoder.2.weight", [1, 128, 1]), ("model.decoder.decoder.2.bias", [1]),
    ]

    private static func network(_ found: [[Float]]) -> OpaquePointer? {
        let starts = found.indices.map { found[..<$0].reduce(0) { $0 + $1.count } }
        return Array(found.joined()).withUnsafeBufferPointer { all in
            guard let base = all.baseAddress else { return nil }
            let at = starts.map { base + $0 }
            var tensors = SileroTensors(
                basis: at[0], convolution: (at[1], at[3], at[5], at[7]), convolutionBias: (at[2], at[4], at[6], at[8]),
                inputWeights: at[9], hiddenWeights: at[10], inputBias: at[11], hiddenBias: at[12], output: at[13],
                outputBias: at[14])
            return silero_network_create(&tensors)
        }
    }

    private static func contents(of path: String) -> [UInt8]? {
        guard let file = fopen(path, "rb") else { return nil }
        defer { fclose(file) }
        var bytes = [UInt8](repeating: 0, count: sizeLimit)
        let count = fread(&bytes, 1, bytes.count, file)
        guard count > 0 else { return nil }
        return Array(bytes.prefix(count))
    }
}
