import Conversation
import JSON
import Testing
import VoiceAPI
import VoiceTesting

/// Sentences that are said again and again are synthesized and encoded once.
@Suite struct CachedSpeechTests {
    private func conversation(
        speak: [FakeVoice.Behaviour] = [.speak(.milliseconds(900))], cache: SpeechCache? = SpeechCache()
    ) throws -> SimulatedConversation {
        try SimulatedConversation(speak: speak) { _, providers in providers.speechCache = cache }
    }

    private func turn(_ talk: SimulatedConversation) throws -> [Int] {
        let before = talk.events.count
        try talk.say()
        #expect(talk.finishReply())
        return talk.events[before...].compactMap { if case .audio(let size) = $0.event { size } else { nil } }
    }

    @Test func `an answer is synthesized until it is known, and then sounds the same without the voice`() throws {
        let talk = try conversation()
        talk.open()
        _ = try turn(talk)
        let second = try turn(talk)
        #expect(talk.voice.sentences.count == 2)
        let third = try turn(talk)
        #expect(talk.voice.sentences.count == 2)
        #expect(!third.isEmpty)
        #expect(third == second)
    }

    @Test func `another device with the same voice hears it too`() throws {
        let cache = SpeechCache()
        let first = try conversation(cache: cache)
        first.open()
        _ = try turn(first)
        _ = try turn(first)
        let other = try conversation(cache: cache)
        other.open()
        let heard = try turn(other)
        #expect(!heard.isEmpty)
        #expect(other.voice.sentences.isEmpty)
    }

    @Test func `a sentence that failed half-way is not kept`() throws {
        let broken = ProviderError(.unavailable, provider: "FakeVoice", message: "gone")
        let talk = try conversation(speak: [.speak(.milliseconds(600)), .fail(broken), .speak(.milliseconds(600))])
        talk.open()
        for _ in 0..<3 {
            try talk.say()
            talk.simulation.advance(by: .seconds(5))
        }
        #expect(talk.voice.sentences.count == 3)
    }

    @Test func `a sentence that was interrupted is not kept`() throws {
        let talk = try conversation(speak: [.speak(.seconds(5))])
        talk.open()
        _ = try turn(talk)
        try talk.say()
        talk.simulation.advance(by: .milliseconds(500))
        talk.send(["type": "abort"])
        let calls = talk.voice.sentences.count
        _ = try turn(talk)
        #expect(talk.voice.sentences.count == calls + 1)
    }

    @Test func `without a cache every sentence is synthesized`() throws {
        let talk = try conversation(cache: nil)
        talk.open()
        for _ in 0..<3 { _ = try turn(talk) }
        #expect(talk.voice.sentences.count == 3)
    }
}
