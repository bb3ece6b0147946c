import VoiceAPI

/// Gathers an utterance for recognizers that hear it whole.
enum UtteranceCollector {
    /// The first `limit` samples; the rest is read and dropped, so that the sender is never held up.
    ///
    /// - Throws: `.invalidRequest` for audio of another rate than 16 kHz, `.cancelled` when the task is.
    static func collect(
        _ audio: some AsyncSequence<AudioFrame, Never> & Sendable, limit: Int, provider: String
    ) async throws(ProviderError) -> [Int16] {
        var samples: [Int16] = []
        for await frame in audio {
            try checkRate(frame, provider: provider)
            samples.append(contentsOf: frame.samples.prefix(limit - samples.count))
        }
        try checkCancellation(provider: provider)
        return samples
    }

    static func checkRate(_ frame: AudioFrame, provider: String) throws(ProviderError) {
        guard frame.sampleRate == VoiceActivity.sampleRate else {
            throw ProviderError(
                .invalidRequest, provider: provider,
                message: "recognizers take \(VoiceActivity.sampleRate) Hz, not \(frame.sampleRate) Hz")
        }
    }

    static func checkCancellation(provider: String) throws(ProviderError) {
        if Task.isCancelled { throw ProviderError(.cancelled, provider: provider, message: "the turn is gone") }
    }
}
