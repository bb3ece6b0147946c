/// Tells speech from everything else. One detector serves the whole process; each device gets a stream.
public protocol VoiceActivityDetector: Sendable {
    /// The configured name, for logs and the start banner.
    var name: String { get }
    /// A fresh stream for one speaker.
    func makeStream() throws(ProviderError) -> any VoiceActivityStream
}

/// One speaker's detector state. Not `Sendable`: it lives in the session that made it, and its calls come one
/// after the other.
public protocol VoiceActivityStream: AnyObject {
    /// How likely the window holds speech, 0…1.
    ///
    /// - Parameter window: exactly `VoiceActivity.windowSize` samples at `VoiceActivity.sampleRate`, following
    ///   directly on the window before, but for windows of digital silence, which are left out.
    /// - Throws: `.overloaded` when the engine's queue is full, `.cancelled` when the task is.
    func speechProbability(of window: [Int16]) async throws(ProviderError) -> Float
    /// Forgets what was heard, before a new conversation with the same device.
    func reset()
}

/// The shape of a detector's input, as Silero VAD defines it.
public enum VoiceActivity {
    /// Samples per second.
    public static let sampleRate = 16_000
    /// Samples in one window: 32 ms.
    public static let windowSize = 512
}
