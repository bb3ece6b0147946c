import Flow
import Logging
import Resilience
import Synchronization
import Testing
import VoiceAPI
import VoiceTesting

@Suite struct FallbackRecognizerTests {
    /// Hears along: reports a partial text per frame, and fails or hangs after so many.
    private final class StreamingRecognizer: SpeechRecognizer {
        let name: String
        private let failAfter: Int?
        private let heardFrames = Mutex<[Int16]>([])

        init(_ name: String, failAfter: Int? = nil) {
            self.name = name
            self.failAfter = failAfter
        }

        /// The first sample of each frame heard.
        var heard: [Int16] { heardFrames.withLock { $0 } }

        func recognize(
            _ audio: some AsyncSequence<AudioFrame, Never> & Sendable, hints: RecognitionHints,
            partial: (String) async -> Void
        ) async throws(ProviderError) -> Transcript {
            var count = 0
            for await frame in audio {
                count += 1
                heardFrames.withLock { $0.append(frame.samples.first ?? 0) }
                await partial("\(name)\(count)")
                if count == failAfter { throw ProviderError(.unavailable, provider: name, message: "lost") }
            }
            return Transcript(text: "\(name) heard \(count)")
        }
    }

    private struct Outcome: Sendable {
        var text: String?
        var code: ProviderError.Code?
        var partials: [String] = []
        var at: Duration?
        var events: [ProviderEvent] = []
    }

    private func frame(_ number: Int) -> AudioFrame {
        AudioFrame(sampleRate: 16_000, samples: [Int16](repeating: Int16(number), count: 1_600))
    }

    /// Speaks `frames` frames of 100 ms in real time and returns what the chain made of them.
    private func recognize(
        frames: Int, _ makeRecognizers: (SimulatedClock) -> [any SpeechRecognizer]
    ) -> Outcome {
        let simulation = Simulation()
        let clock = SessionClock(simulation.clock)
        let outcome = Mutex(Outcome())
        let links = makeRecognizers(simulation.clock).enumerated().map { index, recognizer in
            FallbackLink(recognizer, breaker: BreakerGuard(name: "R\(index)", clock: clock))
        }
        let chain = FallbackRecognizer(
            links,
            options: FallbackOptions(
                clock: clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
                onEvent: { event in outcome.withLock { $0.events.append(event) } }))
        let audio = BoundedQueue<AudioFrame>(limit: 1_000)
        simulation.start {
            do throws(ProviderError) {
                let transcript = try await chain.recognize(audio, hints: RecognitionHints()) { text in
                    outcome.withLock { $0.partials.append(text) }
                }
                outcome.withLock { $0.text = transcript.text }
            } catch {
                outcome.withLock { $0.code = error.code }
            }
            outcome.withLock { $0.at = clock.now }
        }
        for number in 0..<frames {
            #expect(audio.offer(frame(number)))
            simulation.advance(by: .milliseconds(100))
        }
        audio.finish()
        simulation.advance(upTo: .seconds(60)) { outcome.withLock { $0.at != nil } }
        return outcome.withLock { $0 }
    }

    @Test func `a recognizer lost in the middle is replaced by one that hears everything from the beginning`() {
        let first = StreamingRecognizer("A", failAfter: 3)
        let second = StreamingRecognizer("B")
        let outcome = recognize(frames: 8) { _ in [first, second] }
        #expect(outcome.text == "B heard 8")
        #expect(first.heard == [0, 1, 2])
        #expect(second.heard == Array(0..<8))
        // The second one went along while the person was still speaking.
        #expect(outcome.partials == ["A1", "A2", "A3", "B1", "B2", "B3", "B4", "B5", "B6", "B7", "B8"])
        #expect(outcome.at == .milliseconds(800))
        #expect(outcome.events.map(\.fellBack) == [true, false])
    }

    @Test func `patience begins when the person has finished`() {
        let outcome = recognize(frames: 100) { clock in
            [FakeRecognizer([.hear("long", after: .seconds(4))], clock: clock), StreamingRecognizer("B")]
        }
        #expect(outcome.text == "long")
        #expect(outcome.at.map { $0 >= .seconds(14) && $0 < .milliseconds(14_100) } == true)
        #expect(outcome.events.first?.firstOutput == .seconds(4))
    }

    @Test func `a recognizer that hangs is given up 5 s after the end of speech`() {
        let outcome = recognize(frames: 10) { clock in
            [FakeRecognizer([.hang], clock: clock), StreamingRecognizer("B")]
        }
        #expect(outcome.text == "B heard 10")
        #expect(outcome.at.map { $0 >= .seconds(6) && $0 < .milliseconds(6_100) } == true)
        #expect(outcome.events.first?.code == .timedOut)
    }

    @Test func `speech longer than a minute is cut there instead of filling the memory`() {
        let only = StreamingRecognizer("A")
        let outcome = recognize(frames: 700) { _ in [only] }
        #expect(outcome.text == "A heard 610")
        #expect(only.heard.count == 610)
    }

    @Test func `when nobody hears, the most telling error is thrown`() {
        let outcome = recognize(frames: 3) { clock in
            [
                FakeRecognizer([.hang], clock: clock),
                FakeRecognizer([.fail(ProviderError(.unauthorized, provider: "R1", message: "key"))], clock: clock),
            ]
        }
        #expect(outcome.code == .unauthorized)
    }

    @Test func `an interrupted turn cancels the recognizer and asks nobody else`() {
        let simulation = Simulation()
        let clock = SessionClock(simulation.clock)
        let first = FakeRecognizer([.hang], clock: simulation.clock)
        let second = StreamingRecognizer("B")
        let code = Mutex<ProviderError.Code?>(nil)
        let chain = FallbackRecognizer(
            [
                FallbackLink(first, breaker: BreakerGuard(name: "A", clock: clock)),
                FallbackLink(second, breaker: BreakerGuard(name: "B", clock: clock)),
            ],
            options: FallbackOptions(clock: clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }))
        let audio = BoundedQueue<AudioFrame>(limit: 10)
        audio.finish()
        simulation.start {
            do throws(ProviderError) {
                _ = try await chain.recognize(audio, hints: RecognitionHints()) { _ in }
            } catch {
                code.withLock { $0 = error.code }
            }
        }
        simulation.advance(by: .seconds(1))
        simulation.stop()
        #expect(code.withLock { $0 } == .cancelled)
        #expect(first.cancellations == 1)
        #expect(second.heard.isEmpty)
    }
}
