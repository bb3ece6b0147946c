import COnnxRuntime
import Glibc
import VoiceAPI

/// The Silero VAD network, loaded once for the whole process.
///
/// Shape of the model (silero-vad 6): `input` [N, 576] (64 samples of context, then 512 new ones), `state`
/// [2, N, 128], `sr` int64; `output` [N, 1], `stateN` [2, N, 128].
final class SileroModel: @unchecked Sendable {
    // Sendable: `session` never changes, ONNX Runtime's sessions may be run from several threads at once, and it is
    // closed in `deinit`, when nobody can run it any more.
    private let session: OpaquePointer
    private let provider: String

    /// Samples of the window before that the model sees again.
    static let contextSize = 64
    static let inputSize = contextSize + VoiceActivity.windowSize
    /// Numbers in each of the two state layers of one device.
    static let layerSize = 128

    /// - Throws: `.unavailable` naming `dev/setup` when the file is missing, `.invalidRequest` when it is no model.
    init(path: String, provider: String) throws(ProviderError) {
        guard access(path, R_OK) == 0 else {
            throw ProviderError(
                .unavailable, provider: provider, message: "there is no readable model at \(path); run dev/setup")
        }
        let (opened, message) = withCMessage { onnx_session_open(path, 1, $0, $1) }
        guard let opened else {
            throw ProviderError(
                .invalidRequest, provider: provider,
                message: "\(path) is not a usable model (\(message)); run dev/setup")
        }
        session = opened
        self.provider = provider
    }

    deinit {
        onnx_session_close(session)
    }

    /// Runs the first `count` rows of `batch`; called by engine threads only.
    func run(_ batch: borrowing SileroBatch, count: Int) throws(ProviderError) {
        batch.shape(rows: count)
        let (failure, message) = withCMessage {
            onnx_session_run(session, batch.inputs, 3, batch.outputs, 2, $0, $1)
        }
        if failure != 0 {
            throw ProviderError(.invalidResponse, provider: provider, message: "the model failed: \(message)")
        }
    }
}
