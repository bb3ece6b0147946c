import Synchronization
public import VoiceAPI

/// A voice for tests: a buzz whose length is known.
public final class FakeVoice: SpeechSynthesizer {
    /// What one call does.
    public enum Behaviour: Sendable {
        /// Gives so much audio, in pieces of 100 ms.
        case speak(Duration, after: Duration = .zero)
        case fail(ProviderError)
        case hang
    }

    private struct State {
        var script: [Behaviour]
        var sentences: [String] = []
        var cancellations = 0
    }

    public let name: String
    private let clock: any Clock<Duration>
    private let state: Mutex<State>

    /// - Parameter script: one entry per sentence; the last one repeats.
    public init(
        _ script: [Behaviour] = [.speak(.milliseconds(600))], name: String = "FakeVoice", clock: any Clock<Duration>
    ) {
        self.name = name
        self.clock = clock
        state = Mutex(State(script: script))
    }

    /// The sentences asked for, in order.
    public var sentences: [String] { state.withLock { $0.sentences } }
    /// Calls that were cancelled.
    public var cancellations: Int { state.withLock { $0.cancellations } }

    public func synthesize(
        _ sentence: String, voice: Voice, emit: (AudioFrame) async -> Void
    ) async throws(ProviderError) {
        let behaviour = state.withLock { state in
            state.sentences.append(sentence)
            return state.script.count > 1 ? state.script.removeFirst() : state.script.first ?? .hang
        }
        switch behaviour {
        case .speak(let length, let delay):
            do { if delay > .zero { try await clock.sleep(for: delay) } } catch { throw cancelled() }
            var rest = length
            while rest > .zero {
                if Task.isCancelled { throw cancelled() }
                let piece = min(rest, .milliseconds(100))
                await emit(TestSound.buzz(piece, sampleRate: 24_000))
                rest -= piece
            }
        case .fail(let error): throw error
        case .hang:
            try? await clock.sleep(for: .seconds(100_000))
            throw cancelled()
        }
    }

    private func cancelled() -> ProviderError {
        state.withLock { $0.cancellations += 1 }
        return ProviderError(.cancelled, provider: name, message: "cancelled")
    }
}
