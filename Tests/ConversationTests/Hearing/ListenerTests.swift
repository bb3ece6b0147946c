import Audio
import Flow
import JSON
import Synchronization
import Testing
import VoiceAPI
import VoiceTesting

@testable import Conversation

/// What the ear asks of the detector.
@Suite struct ListenerTests {
    /// A detector that counts what it is asked, and whose answers a test may hold back.
    private final class WatchedDetector: VoiceActivityDetector {
        struct State {
            var windows = 0
            var resets = 0
            var isBusy = false
            var wasDisturbed = false
            var gate: Latch?
        }
        let name = "WatchedDetector"
        let state = Mutex(State())
        func makeStream() throws(ProviderError) -> any VoiceActivityStream { Stream(detector: self) }

        private final class Stream: VoiceActivityStream {
            let detector: WatchedDetector
            init(detector: WatchedDetector) { self.detector = detector }

            func speechProbability(of window: [Int16]) async throws(ProviderError) -> Float {
                let gate = detector.state.withLock { state in
                    state.windows += 1
                    state.isBusy = true
                    return state.gate
                }
                await gate?.wait()
                detector.state.withLock { $0.isBusy = false }
                return 0.95
            }

            func reset() {
                detector.state.withLock { state in
                    state.resets += 1
                    if state.isBusy { state.wasDisturbed = true }
                }
            }
        }
    }

    @Test func `digital silence is not shown to the detector`() async throws {
        let detector = WatchedDetector()
        let listener = Listener(
            detector: detector, endpointing: .init(), computing: ComputingTime(clock: SessionClock(ContinuousClock())))
        // A packet of one byte is what an encoder in DTX sends: 60 ms of nothing.
        let silence: [UInt8] = [0x58]
        for _ in 0..<16 { #expect(try await listener.hear(silence[...]).isEmpty) }
        #expect(detector.state.withLock { $0.windows } == 0)
        var encoder = try OpusEncoder(sampleRate: 16_000, frameDuration: 60, complexity: 0)
        for _ in 0..<4 {
            let packet = try encoder.encode(TestSound.buzz(.milliseconds(60), sampleRate: 16_000).samples)
            _ = try await listener.hear(packet[...])
        }
        #expect(detector.state.withLock { $0.windows } >= 7)
    }

    @Test func `a reset waits for the detector, and what was heard before it is forgotten`() throws {
        let detector = WatchedDetector()
        let gate = Latch()
        let talk = try SimulatedConversation(prepare: { _, providers in providers.detector = detector })
        talk.open()
        // One window of speech is heard; of the two that would make a beginning of it the first is held back.
        try talk.speak(60)
        detector.state.withLock { $0.gate = gate }
        try talk.speak(60)
        let resets = detector.state.withLock { $0.resets }
        let session = try #require(talk.directory.session(of: SimulatedConversation.deviceID))
        talk.simulation.start { await session.slim() }
        talk.simulation.settle()
        #expect(detector.state.withLock { $0.isBusy })
        #expect(detector.state.withLock { $0.resets } == resets)
        gate.open()
        talk.simulation.settle()
        #expect(detector.state.withLock { $0.resets } == resets + 1)
        #expect(!detector.state.withLock { $0.wasDisturbed })
        // One more window of speech begins nothing: the windows of before do not count.
        try talk.speak(60)
        talk.simulation.settle()
        #expect(talk.reports.events.allSatisfy { if case .turnBegan = $0 { false } else { true } })
        try talk.speak(120)
        #expect(talk.reports.events.contains { if case .turnBegan = $0 { true } else { false } })
    }
}
