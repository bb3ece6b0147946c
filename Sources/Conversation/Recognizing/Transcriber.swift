package import Flow
package import VoiceAPI

/// Gets the words of an utterance from a recognizer, while the person is still speaking if the recognizer can.
package struct Transcriber: Sendable {
    let recognizer: any SpeechRecognizer
    let clock: SessionClock
    /// How long the recognizer may take after the person has finished.
    let deadline: Duration

    package init(recognizer: any SpeechRecognizer, clock: SessionClock, deadline: Duration) {
        self.recognizer = recognizer
        self.clock = clock
        self.deadline = deadline
    }

    /// - Throws: `ProviderError` (`.timedOut` when the recognizer hangs), `CancellationError` with the turn.
    func transcribe(_ utterance: Utterance, hints: RecognitionHints) async throws -> Transcript {
        try await withProgressDeadline(deadline, clock: clock, provider: recognizer.name, waitingFor: "transcript") {
            progress in
            try await withThrowingTaskGroup(of: Transcript?.self) { group in
                group.addTask {
                    try await recognizer.recognize(utterance.audio, hints: hints) { _ in progress.advance() }
                }
                // Patience with the recognizer counts from the end of speech, not from its beginning.
                group.addTask {
                    await progress.paused { await utterance.ended.wait() }
                    return nil
                }
                defer { group.cancelAll() }
                while let result = try await group.next() {
                    if let result { return result }
                }
                throw CancellationError()
            }
        }
    }
}
