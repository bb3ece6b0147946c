public import VoiceAPI

/// One device's way into the shared engine.
///
/// Digital silence (every sample zero, as after DTX packets) needs the model for its first second only: after 32
/// silent windows the probability is at most 0.012 and falls on, so answering with the last one decides the same.
/// The state rests meanwhile. Measured with five lengths of silence and four voices, the next speech is then found in
/// the same window or up to two windows (64 ms) sooner than by a model that was fed minutes of zeros; never later.
public final class SileroStream: VoiceActivityStream {
    private let engine: SileroEngine
    private let state = SileroState()

    /// Silent windows, about one second, after which the model may rest.
    private static let silenceLimit = 32
    /// Below every threshold that a person would set.
    private static let surelySilent: Float = 0.05

    init(engine: SileroEngine) {
        self.engine = engine
    }

    public func speechProbability(of window: [Int16]) async throws(ProviderError) -> Float {
        guard window.count == VoiceActivity.windowSize else {
            throw ProviderError(
                .invalidRequest, provider: engine.name,
                message: "a window has \(VoiceActivity.windowSize) samples, not \(window.count)")
        }
        if state.silentWindows >= Self.silenceLimit, state.probability < Self.surelySilent,
            window.allSatisfy({ $0 == 0 })
        {
            return state.probability
        }
        return try await engine.run(window, for: state)
    }

    public func reset() {
        state.reset()
    }
}
