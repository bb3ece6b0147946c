import Flow
import Logging
import VoiceAPI

/// Sentences become sound; if the voice fails, the person hears at least an apology.
extension Session {
    /// - Parameter onFailure: called as soon as no more sentences will be spoken; the apology follows.
    nonisolated func voice(
        _ sentences: BoundedQueue<Sentence>, language: String, into playout: BoundedQueue<PlayoutItem>, turn: Turn,
        onFailure: @Sendable () -> Void
    ) async {
        let clock = clock
        do {
            try await speaker(turn.providers.voice, in: turn).speak(sentences, language: language, into: playout) {
                turn.mark(\.firstAudio, at: clock.now)
            }
            events(.providerAnswered(provider: turn.providers.voice.name, kind: "tts"))
        } catch {
            guard !Task.isCancelled else { return }
            onFailure()
            turn.end(as: .failed)
            events(.failed(error, provider: turn.providers.voice.name, kind: "tts"))
            logger.warning("the voice failed", metadata: ["turn_id": "\(turn.id)", "error": "\(error)"])
            await apologize(language: language, into: playout, in: turn)
        }
    }

    private nonisolated func apologize(
        language: String, into playout: BoundedQueue<PlayoutItem>, in turn: Turn
    ) async {
        let apology = Sentence(
            turn.settings.phrases.phrase(turn.settings.phrases.apology, language: language), isAnswer: false)
        let sentences = BoundedQueue<Sentence>(limit: 1)
        _ = sentences.offer(apology)
        sentences.finish()
        do {
            guard let voice = turn.providers.emergencyVoice else { throw CancellationError() }
            try await speaker(voice, in: turn).speak(sentences, language: language, into: playout) {}
        } catch {
            // Without any voice the words still reach the device's screen.
            guard !Task.isCancelled else { return }
            await playout.send(.sentence(apology), weight: 0)
            await playout.send(.sentenceEnd, weight: 0)
        }
    }

    private nonisolated func speaker(_ synthesizer: any SpeechSynthesizer, in turn: Turn) -> Speaker {
        Speaker(
            synthesizer: synthesizer, format: speech, clock: clock, deadline: turn.settings.synthesisDeadline,
            load: turn.providers.speakingLoad, cache: turn.providers.speechCache, computing: computing)
    }
}
