import Flow
import Testing
import VoiceAPI
import VoiceTesting

@testable import Conversation

@Suite struct SpeakerTests {
    @Test func `what a session spends on encoding is counted as its computing`() async throws {
        let clock = SessionClock(ContinuousClock())
        let computing = ComputingTime(clock: clock)
        let speaker = Speaker(
            synthesizer: FakeVoice(clock: ContinuousClock()), format: SpeechFormat(), clock: clock,
            deadline: .seconds(5),
            load: SpeakingLoad(cores: 1), cache: nil, computing: computing)
        let sentences = BoundedQueue<Sentence>(limit: 1)
        _ = sentences.offer(Sentence("Hello there."))
        sentences.finish()
        let playout = BoundedQueue<PlayoutItem>(limit: 60_000)
        try await speaker.speak(sentences, language: nil, into: playout) {}
        #expect(playout.count > 2)
        #expect(computing.total > .zero)
    }
}
