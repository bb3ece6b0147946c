import Conversation
import Flow
import Synchronization
import VoiceAPI
import VoiceTesting

/// Providers that take a known time and remember nothing, so that thousands of turns measure the server alone. The
/// delays are those the reference server was measured with.
struct StubProviders: Sendable {
    /// Milliseconds from the end of speech to the words.
    var recognition = 50
    /// Milliseconds to the first token, and between tokens.
    var firstToken = 50
    var token = 5
    /// Milliseconds to the first sound of a sentence.
    var synthesis = 30

    /// Milliseconds from the question to the first clause of the answer: the fourth token tells that the comma ends it.
    private var firstClause: Int { firstToken + 3 * token }

    /// From the endpoint to the first frame, less what the stubs take and the device's settling (conformance statement
    /// 26), which overlap.
    func serverAdded(_ report: TurnReport) -> Duration? {
        guard let end = report.timeline.endpoint, let frame = report.timeline.firstFrame else { return nil }
        let stubs = max(TurnBench.settling, .milliseconds(firstClause + synthesis))
        return frame - end - .milliseconds(recognition) - stubs
    }

    var recognizer: any SpeechRecognizer { StubRecognizer(delay: .milliseconds(recognition)) }
    var model: any LanguageModel {
        StubModel(firstToken: .milliseconds(firstToken), token: .milliseconds(token))
    }
    var voice: any SpeechSynthesizer { StubVoice(delay: .milliseconds(synthesis)) }
}

private struct StubRecognizer: SpeechRecognizer {
    let name = "StubASR"
    let delay: Duration

    func recognize(
        _ audio: some AsyncSequence<AudioFrame, Never> & Sendable, hints: RecognitionHints,
        partial: (String) async -> Void
    ) async throws(ProviderError) -> Transcript {
        for await _ in audio {}
        try await pause(delay, provider: name)
        return Transcript(text: "how are you today", language: "en")
    }
}

private struct StubModel: LanguageModel {
    let name = "StubLLM"
    let firstToken: Duration
    let token: Duration
    /// Counts answers: each is new, so that no cache of speech helps where a person would ask something new.
    private static let answers = Atomic<Int>(0)

    func respond(to prompt: Prompt, emit: (CompletionEvent) async -> Void) async throws(ProviderError) {
        let number = Self.answers.wrappingAdd(1, ordering: .relaxed).newValue
        let words = [
            "Guest number", " \(number)", " is well,", " thank", " you.", " And", " number", " \(number)", " is",
            " too?",
        ]
        for (index, word) in words.enumerated() {
            try await pause(index == 0 ? firstToken : token, provider: name)
            await emit(.text(word))
        }
    }
}

private struct StubVoice: SpeechSynthesizer {
    let name = "StubTTS"
    let delay: Duration
    /// A second of sound for each sentence, the same for all.
    private static let second = TestSound.buzz(.seconds(1), sampleRate: 24_000)

    func synthesize(_ sentence: String, voice: Voice, emit: (AudioFrame) async -> Void) async throws(ProviderError) {
        try await pause(delay, provider: name)
        await emit(Self.second)
    }
}

private func pause(_ duration: Duration, provider: String) async throws(ProviderError) {
    do { try await Task.sleep(for: duration) } catch {
        throw ProviderError(.cancelled, provider: provider, message: "the turn is over")
    }
}
