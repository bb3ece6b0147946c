import Flow
import Logging
import Resilience
import Synchronization
import Testing
import VoiceAPI
import VoiceTesting

@Suite struct FallbackVoiceTests {
    /// Speaks one sentence with the voices in a row.
    private func speak(_ behaviours: [[FakeVoice.Behaviour]]) -> (
        audio: Duration, code: ProviderError.Code?, took: Duration, voices: [FakeVoice]
    ) {
        let simulation = Simulation()
        let clock = SessionClock(simulation.clock)
        let voices = behaviours.enumerated().map {
            FakeVoice($0.element, name: "Voice\($0.offset)", clock: simulation.clock)
        }
        let chain = FallbackSynthesizer(
            voices.map { FallbackLink($0, breaker: BreakerGuard(name: $0.name, clock: clock)) },
            options: FallbackOptions(clock: clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
        let result = Mutex<(audio: Duration, code: ProviderError.Code?, took: Duration?)>((.zero, nil, nil))
        simulation.start {
            do throws(ProviderError) {
                try await chain.synthesize("你好", voice: Voice()) { frame in
                    result.withLock { $0.audio += frame.duration }
                }
            } catch {
                result.withLock { $0.code = error.code }
            }
            result.withLock { $0.took = clock.now }
        }
        simulation.advance(upTo: .seconds(60)) { result.withLock { $0.took != nil } }
        let (audio, code, took) = result.withLock { $0 }
        return (audio, code, took ?? .seconds(1_000), voices)
    }

    private static let refusal = ProviderError(.unavailable, provider: "Voice0", message: "no")

    @Test func `the sentence is spoken whole by the next voice`() {
        let result = speak([[.fail(Self.refusal)], [.speak(.milliseconds(600))]])
        #expect(result.audio == .milliseconds(600) && result.code == nil)
        #expect(result.voices.map(\.sentences) == [["你好"], ["你好"]])
    }

    @Test func `a voice that gives no sound for 5 s is replaced`() {
        let result = speak([[.hang], [.hang], [.speak(.milliseconds(600))]])
        #expect(result.audio == .milliseconds(600))
        #expect(result.took >= .seconds(10) && result.took < .milliseconds(10_100))
        #expect(result.voices.prefix(2).map(\.cancellations) == [1, 1])
    }

    @Test func `one voice alone keeps its own error`() {
        #expect(speak([[.fail(Self.refusal)]]).code == .unavailable)
    }

    @Test func `a chain of nothing says so`() {
        #expect(speak([]).code == .invalidRequest)
    }
}
