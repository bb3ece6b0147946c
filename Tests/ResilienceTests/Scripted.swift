import Flow
import Logging
import Resilience
import Synchronization
import VoiceAPI
import VoiceTesting

/// What one call of a scripted provider does, step by step.
enum Step: Sendable {
    case give(String)
    case usage
    case wait(Duration)
    case fail(ProviderError.Code)
    case hang
}

/// A model whose every call follows a script; the last one repeats.
final class ScriptedModel: LanguageModel {
    let name: String
    private let clock: SessionClock
    private let script: Mutex<[[Step]]>
    private let counts = Mutex((calls: 0, cancelled: 0))

    init(_ name: String, _ script: [[Step]], clock: SessionClock) {
        self.name = name
        self.clock = clock
        self.script = Mutex(script)
    }

    var calls: Int { counts.withLock { $0.calls } }
    var cancelled: Int { counts.withLock { $0.cancelled } }

    func respond(to prompt: Prompt, emit: (CompletionEvent) async -> Void) async throws(ProviderError) {
        counts.withLock { $0.calls += 1 }
        let steps = script.withLock { $0.count > 1 ? $0.removeFirst() : $0[0] }
        for step in steps {
            switch step {
            case .give(let text): await emit(.text(text))
            case .usage: await emit(.usage(input: 1, output: 0))
            case .wait(let duration): try await sleep(duration)
            case .fail(let code): throw ProviderError(code, provider: name, message: "as told")
            case .hang: try await sleep(.seconds(100_000))
            }
        }
    }

    private func sleep(_ duration: Duration) async throws(ProviderError) {
        do { try await clock.sleep(for: duration) } catch {
            counts.withLock { $0.cancelled += 1 }
            throw ProviderError(.cancelled, provider: name, message: "cancelled")
        }
    }
}

/// A world with a chain of scripted models in it.
final class ModelWorld: Sendable {
    let simulation = Simulation()
    let clock: SessionClock
    let models: [ScriptedModel]
    let breakers: [BreakerGuard]
    let log = LineLog()
    private let options: FallbackOptions
    private let recorded = Mutex<[ProviderEvent]>([])

    init(
        _ scripts: [[[Step]]], policy: BreakerPolicy = BreakerPolicy(), retry: RetryPolicy? = nil
    ) {
        let clock = SessionClock(simulation.clock)
        self.clock = clock
        let names = ["A", "B", "C", "D"]
        models = scripts.enumerated().map { ScriptedModel(names[$0.offset], $0.element, clock: clock) }
        breakers = models.map { BreakerGuard(name: $0.name, policy: policy, clock: clock) }
        let log = log
        options = FallbackOptions(
            clock: clock, logger: Logger(label: "test") { _ in LineLogHandler(log: log) }, retry: retry)
    }

    var events: [ProviderEvent] { recorded.withLock { $0 } }

    var chain: FallbackLanguageModel {
        var options = options
        options.onEvent = { event in self.recorded.withLock { $0.append(event) } }
        return FallbackLanguageModel(
            zip(models, breakers).map { FallbackLink($0, breaker: $1) }, options: options)
    }

    /// What one question brought.
    struct Answer: Sendable, Equatable {
        var text = ""
        var code: ProviderError.Code?
        var provider: String?
        var took = Duration.zero
        var isDone = false
    }

    /// Asks the chain and lets time pass until it has answered, `limit` at most.
    func ask(limit: Duration = .seconds(60), listener: Duration = .zero) -> Answer {
        let answer = Mutex(Answer())
        let start = clock.now
        let (chain, clock) = (chain, clock)
        simulation.start {
            do throws(ProviderError) {
                try await chain.respond(to: Prompt(messages: [])) { event in
                    if case .text(let text) = event { answer.withLock { $0.text += text } }
                    if listener > .zero { try? await clock.sleep(for: listener) }
                }
            } catch {
                answer.withLock {
                    $0.code = error.code
                    $0.provider = error.provider
                }
            }
            answer.withLock {
                $0.took = clock.now - start
                $0.isDone = true
            }
        }
        simulation.advance(upTo: limit, step: .milliseconds(50)) { answer.withLock { $0.isDone } }
        return answer.withLock { $0 }
    }
}

/// The lines a logger wrote, with their metadata.
final class LineLog: Sendable {
    private let lines = Mutex<[(message: String, metadata: Logger.Metadata)]>([])
    func append(_ message: String, _ metadata: Logger.Metadata) { lines.withLock { $0.append((message, metadata)) } }
    var all: [(message: String, metadata: Logger.Metadata)] { lines.withLock { $0 } }
}

struct LineLogHandler: LogHandler {
    let log: LineLog
    var metadata = Logger.Metadata()
    var logLevel = Logger.Level.trace
    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }
    func log(event: LogEvent) {
        log.append("\(event.message)", metadata.merging(event.metadata ?? [:]) { $1 })
    }
}
