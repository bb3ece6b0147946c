public import VoiceAPI

/// One device's way into the shared engine.
public final class SileroStream: VoiceActivityStream {
    private let engine: SileroEngine
    private let state = SileroState()

    init(engine: SileroEngine) {
        self.engine = engine
        engine.open()
    }

    deinit {
        engine.close()
    }

    public func speechProbability(of window: [Int16]) async throws(ProviderError) -> Float {
        guard window.count == VoiceActivity.windowSize else {
            throw ProviderError(
                .invalidRequest, provider: engine.name,
                message: "a window has \(VoiceActivity.windowSize) samples, not \(window.count)")
        }
        return try await engine.run(window, for: state)
    }

    public func reset() {
        state.reset()
    }
}
