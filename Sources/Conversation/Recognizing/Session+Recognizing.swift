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

        /// What was said before and after a pause, as one. A part that brought nothing takes nothing away.
        func followed(by next: HeardWords) -> HeardWords {
            switch (self, next) {
            case (.transcript(let first), .transcript(let second)): .transcript(first.followed(by: second))
            case (.transcript(let first), _) where first.text.holdsWords: self
            default: next
            }
        }
    }

    /// - Parameter input: the turn's own, or a further part of what the person says.
    nonisolated func words(of input: Turn.Input, in turn: Turn) async -> HeardWords {
        switch input {
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
                turn.remark(\.lastVoice, at: utterance.lastVoice)
                turn.remark(\.endpoint, at: utterance.end)
                turn.remark(\.transcript, at: clock.now)
                events(.providerAnswered(provider: turn.providers.recognizer.name, kind: "asr"))
                return .transcript(transcript)
            } catch {
                guard !Task.isCancelled else { return .failure }
                events(.failed(error, provider: turn.providers.recognizer.name, kind: "asr"))
                logger.warning("speech recognition failed", metadata: ["turn_id": "\(turn.id)", "error": "\(error)"])
                return .failure
            }
        }
    }
}

extension Transcript {
    /// Both as one.
    fileprivate func followed(by next: Transcript) -> Transcript {
        guard text.holdsWords else { return next }
        guard next.text.holdsWords else { return self }
        return Transcript(
            text: text.trimmingSpaces().followed(by: next.text.trimmingSpaces()), language: language ?? next.language,
            emotion: next.emotion ?? emotion)
    }
}
