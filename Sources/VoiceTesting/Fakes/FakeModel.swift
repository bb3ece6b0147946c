import Synchronization
public import VoiceAPI

/// A language model for tests: says what it is told, at the pace it is told.
public final class FakeModel: LanguageModel {
    /// One step of an answer.
    public enum Step: Sendable {
        case say(String)
        case call(ToolCall)
        case wait(Duration)
        case fail(ProviderError)
        case hang
    }

    private struct State {
        var script: [[Step]]
        var prompts: [Prompt] = []
        var cancellations = 0
    }

    public let name = "FakeModel"
    private let clock: any Clock<Duration>
    private let state: Mutex<State>

    /// - Parameter script: one entry per call; the last one repeats.
    public init(_ script: [[Step]], clock: any Clock<Duration>) {
        self.clock = clock
        state = Mutex(State(script: script))
    }

    /// Every prompt received.
    public var prompts: [Prompt] { state.withLock { $0.prompts } }
    /// Calls that were cancelled.
    public var cancellations: Int { state.withLock { $0.cancellations } }

    public func respond(
        to prompt: Prompt, emit: (CompletionEvent) async -> Void
    ) async throws(ProviderError) {
        let steps = state.withLock { state in
            state.prompts.append(prompt)
            return state.script.count > 1 ? state.script.removeFirst() : state.script.first ?? []
        }
        for step in steps {
            if Task.isCancelled { throw cancelled() }
            switch step {
            case .say(let text): await emit(.text(text))
            case .call(let call): await emit(.toolCall(call))
            case .wait(let duration):
                do { try await clock.sleep(for: duration) } catch { throw cancelled() }
            case .fail(let error): throw error
            case .hang:
                try? await clock.sleep(for: .seconds(100_000))
                throw cancelled()
            }
        }
        if Task.isCancelled { throw cancelled() }
    }

    private func cancelled() -> ProviderError {
        state.withLock { $0.cancellations += 1 }
        return ProviderError(.cancelled, provider: name, message: "cancelled")
    }
}
