import Flow
import DeviceProtocol
import Logging
import VoiceAPI

/// The words of a turn, wherever they come from.
extension Session {
    /// What a turn brought: words, or why there are none.
    enum HeardWords: Sendable {
        case transcript(Transcript)
        case wakeWord(String)
        case announcement(String)
        case instruction(String)
        /// The recognizer failed; the person deserves an apology.
        case failure
    }

    nonisolated func words(of turn: Turn) async -> HeardWords {
        switch turn.input {
        case .text(let text): return .transcript(Transcript(text: text))
        case .wakeWord(let phrase): return .wakeWord(phrase)
        case .announcement(let words): return .announcement(words)
        case .instruction(let words): return .instruction(words)
        case .speech(let utterance):
            let transcriber = Transcriber(
                recognizer: turn.providers.recognizer, clock: clock, deadline: turn.settings.recognitionDeadline)
            do {
                let transcript = try await withThrowingTaskGroup(of: Transcript?.self) { group in
                    group.addTask { try await transcriber.transcribe(utterance, hints: RecognitionHints()) }
                    group.addTask {
                        await self.endOverdue(utterance)
                        return nil
                    }
                    defer { group.cancelAll() }
                    while let result = try await group.next() {
                        if let result { return result }
                    }
                    throw CancellationError()
                }
                turn.mark(\.lastVoice, at: utterance.lastVoice)
                turn.mark(\.endpoint, at: utterance.end)
                turn.mark(\.transcript, at: clock.now)
                events(.providerAnswered(provider: turn.providers.recognizer.name, kind: "asr"))
                return .transcript(transcript)
            } catch {
                guard !Task.isCancelled else { return .failure }
                turn.end(as: .failed)
                events(.failed(error, provider: turn.providers.recognizer.name, kind: "asr"))
                logger.warning("speech recognition failed", metadata: ["turn_id": "\(turn.id)", "error": "\(error)"])
                return .failure
            }
        }
    }
}
