import Synchronization
public import VoiceAPI

/// A recognizer for tests: hears what it is told to hear, as late as it is told.
public final class FakeRecognizer: SpeechRecognizer {
    /// What one call does.
    public enum Behaviour: Sendable {
        case hear(String, after: Duration = .zero)
        case fail(ProviderError)
        case hang
    }

    private struct State {
        var script: [Behaviour]
        var heard: [Duration] = []
        var cancellations = 0
    }

    public let name = "FakeRecognizer"
    private let clock: any Clock<Duration>
    private let state: Mutex<State>

    /// - Parameter script: one entry per utterance; the last one repeats.
    public init(_ script: [Behaviour], clock: any Clock<Duration>) {
        self.clock = clock
        state = Mutex(State(script: script))
    }

    /// The length of each utterance recognized.
    public var heard: [Duration] { state.withLock { $0.heard } }
    /// Calls that were cancelled.
    public var cancellations: Int { state.withLock { $0.cancellations } }

    public func recognize(
        _ audio: some AsyncSequence<AudioFrame, Never> & Sendable, hints: RecognitionHints,
        partial: (String) async -> Void
    ) async throws(ProviderError) -> Transcript {
        var length = Duration.zero
        for await frame in audio { length += frame.duration }
        let behaviour = state.withLock { state in
            state.heard.append(length)
            return state.script.count > 1 ? state.script.removeFirst() : state.script.first ?? .hear("")
        }
        switch behaviour {
        case .hear(let text, let delay):
            do {
                if delay > .zero { try await clock.sleep(for: delay) }
                try Task.checkCancellation()
            } catch {
                state.withLock { $0.cancellations += 1 }
                throw ProviderError(.cancelled, provider: name, message: "cancelled")
            }
            return Transcript(text: text)
        case .fail(let error): throw error
        case .hang:
            try? await clock.sleep(for: .seconds(100_000))
            state.withLock { $0.cancellations += 1 }
            throw ProviderError(.cancelled, provider: name, message: "cancelled")
        }
    }
}
