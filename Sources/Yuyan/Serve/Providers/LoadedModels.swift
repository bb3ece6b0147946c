import Inference
import Synchronization
import VoiceAPI

/// Speech models that are in memory, by what they were loaded from: a reload that changes something else must not load
/// them a second time. Models are held by who uses them and forgotten with the last user.
final class LoadedModels: Sendable {
    private struct Weak { weak var recognizer: (any SpeechRecognizer & AnyObject)? }
    private let models = Mutex<[String: Weak]>([:])
    private let pool: WorkerPool

    init(pool: WorkerPool) { self.pool = pool }

    /// - Parameters:
    ///   - key: everything that the model depends on.
    ///   - load: blocks for up to some seconds; runs on the worker pool.
    func recognizer(
        _ key: String, load: @escaping @Sendable () throws(ProviderError) -> any SpeechRecognizer & AnyObject
    ) async throws(ProviderError) -> any SpeechRecognizer {
        if let there = models.withLock({ $0[key]?.recognizer }) { return there }
        let loaded = try await pool.run { _ throws(ProviderError) in try load() }
        models.withLock { models in
            models = models.filter { $0.value.recognizer != nil }
            models[key] = Weak(recognizer: loaded)
        }
        return loaded
    }
}
