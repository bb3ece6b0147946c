import Testing
import VoiceAPI
import VoiceTesting

/// The conformance suites see what is broken; otherwise they prove nothing.
@Suite(.timeLimit(.minutes(1))) struct ConformanceSuiteTests {
    @Test func `a recognizer that hears words in silence and outlives its turn is found out`() async {
        let report = await SpeechRecognizerConformance.check(
            Broken(), speech: [Int16](repeating: 1000, count: 16_000), words: "hello")
        #expect(report.violations.contains("no audio gives words"))
        #expect(report.violations.contains { $0.contains("silence beside speech") })
        #expect(report.violations.contains("a cancelled call goes on"))
    }

    @Test func `a model that throws and a voice that is silent are found out`() async {
        let model = await LanguageModelConformance.check(Broken(), question: "hello", word: "hello")
        #expect(model.violations.contains { $0.hasPrefix("a question is an error") })
        let voice = await SpeechSynthesizerConformance.check(Broken(), sentence: "hello")
        #expect(voice.violations.contains("it is silent"))
    }

    @Test func `the fakes conform`() async {
        let clock = ContinuousClock()
        let model = await LanguageModelConformance.check(
            FakeModel([[.say("hello")]], clock: clock), question: "hello", word: "hello")
        #expect(model.isEmpty, "\(model)")
        let voice = await SpeechSynthesizerConformance.check(
            FakeVoice([.speak(.milliseconds(600), after: .zero)], clock: clock), sentence: "hello")
        #expect(voice.isEmpty, "\(voice)")
    }
}

private struct Broken: SpeechRecognizer, LanguageModel, SpeechSynthesizer {
    let name = "broken"

    func recognize(
        _ audio: some AsyncSequence<AudioFrame, Never> & Sendable, hints: RecognitionHints,
        partial: (String) async -> Void
    ) async throws(ProviderError) -> Transcript {
        for await _ in audio { if Task.isCancelled { break } }
        // Goes on although nobody listens any more.
        if Task.isCancelled { await withCheckedContinuation { (_: CheckedContinuation<Void, Never>) in } }
        return Transcript(text: "hello")
    }

    func respond(to prompt: Prompt, emit: (CompletionEvent) async -> Void) async throws(ProviderError) {
        throw ProviderError(.unavailable, provider: name, message: "down")
    }

    func synthesize(
        _ sentence: String, voice: Voice, emit: (AudioFrame) async -> Void
    ) async throws(ProviderError) {
        await emit(AudioFrame(sampleRate: 16_000, samples: [Int16](repeating: 0, count: 16_000)[...]))
    }
}
