public import VoiceAPI

/// Voice activity by Silero's network, run in natural batches on a thread of its own.
///
/// One network serves every device; a device costs 1.3 KB. The engine takes whatever windows wait (up to 16), runs
/// them as one batch, and then takes what came meanwhile; when very many come it gives them half a millisecond to gather
/// (`GatheringPolicy`). Under load a window costs less than a third of what it costs alone.
public final class SileroVAD: VoiceActivityDetector {
    public let name: String
    private let engine: SileroEngine

    /// Windows that may wait before `.overloaded`: two seconds of 64 talking devices.
    static let queueLimit = 4096

    /// Loads the model and starts the engine; takes some 30 ms.
    ///
    /// - Parameters:
    ///   - modelPath: `silero_vad_16k_op15.onnx` of the wheel `silero-vad` 6, as dev/setup names it.
    ///   - name: the configured name.
    ///   - engineThreads: threads that run batches, one for each core that may be spent on it.
    ///   - onRun: gets the time of each run of the network, of one window or a batch, on the thread that ran it: up to
    ///     some thousand times a second, so it must be quick and must not block. nil: nobody looks at the clock.
    /// - Throws: `.unavailable` with the remedy when the model is missing, `.invalidRequest` when it is broken.
    public convenience init(
        modelPath: String, name: String = "SileroVAD", engineThreads: Int = 1,
        onRun: (@Sendable (Duration) -> Void)? = nil
    ) throws(ProviderError) {
        try self.init(
            modelPath: modelPath, name: name, engineThreads: engineThreads, queueLimit: Self.queueLimit,
            onRun: onRun)
    }

    init(
        modelPath: String, name: String, engineThreads: Int, queueLimit: Int,
        onRun: (@Sendable (Duration) -> Void)? = nil
    ) throws(ProviderError) {
        self.name = name
        let model = try SileroModel(path: modelPath, provider: name)
        engine = SileroEngine(model: model, name: name, queueLimit: queueLimit, onRun: onRun)
        try engine.start(threads: max(1, engineThreads))
    }

    deinit {
        engine.shutdown()
    }

    public func makeStream() throws(ProviderError) -> any VoiceActivityStream {
        SileroStream(engine: engine)
    }

    /// Windows that wait for the engine now, of all streams.
    public var depth: Int { engine.depth }

    /// Ends the engine's threads and fails every waiting window with `.unavailable`. Blocks for at most one batch
    /// (about a millisecond); calling it again does nothing.
    public func shutdown() {
        engine.shutdown()
    }

    /// What the kernel itself takes, called in a loop from one thread without queue or hand-off: the yardstick of
    /// `yuyan bench`.
    ///
    /// - Parameter batch: windows side by side, 1…16.
    /// - Returns: the time for one window.
    package static func bareCost(modelPath: String, batch count: Int, runs: Int) throws(ProviderError) -> Duration {
        let model = try SileroModel(path: modelPath, provider: "bare")
        let batch = SileroBatch()
        let clock = ContinuousClock()
        let start = clock.now
        for _ in 0..<runs { model.run(batch, count: count) }
        return start.duration(to: clock.now) / (runs * count)
    }
}
