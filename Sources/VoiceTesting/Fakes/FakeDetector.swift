public import VoiceAPI

/// A detector for tests: loud is speech.
public struct FakeDetector: VoiceActivityDetector {
    public let name = "FakeDetector"
    public init() {}
    public func makeStream() throws(ProviderError) -> any VoiceActivityStream { Stream() }

    final class Stream: VoiceActivityStream {
        func speechProbability(of window: [Int16]) async throws(ProviderError) -> Float {
            window.contains { $0.magnitude > 1000 } ? 0.95 : 0.02
        }
        func reset() {}
    }
}
