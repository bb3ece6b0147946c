import Synchronization
public import VoiceAPI

/// The contract of `SpeechRecognizer`.
public enum SpeechRecognizerConformance {
    /// - Parameters:
    ///   - speech: 16 kHz mono samples of `words`.
    ///   - words: what must be recognized; nil when the model is too small to recognize anything.
    public static func check(
        _ recognizer: some SpeechRecognizer, speech: [Int16], words: String?
    ) async -> ConformanceReport {
        var report = ConformanceReport()
        report.demand(!recognizer.name.isEmpty, "it has no name")

        switch await recognize(recognizer, []) {
        case .returned(let transcript): report.demand(transcript.text.isEmpty, "no audio gives words")
        case .threw(let error): report.demand(false, "no audio is an error: \(error)")
        case .hung: report.demand(false, "no audio hangs it")
        }
        switch await recognize(recognizer, speech) {
        case .returned(let transcript):
            if let words { report.demand(transcript.text == words, "it heard \(transcript.text), not \(words)") }
        case .threw(let error): report.demand(false, "speech is an error: \(error)")
        case .hung: report.demand(false, "speech hangs it")
        }

        // Two people at once hear nothing of each other.
        async let spoken = recognize(recognizer, speech)
        async let silent = recognize(recognizer, [Int16](repeating: 0, count: speech.count))
        if case .returned(let transcript) = await silent {
            report.demand(
                words == nil || transcript.text.isEmpty, "silence beside speech was heard as \(transcript.text)")
        }
        if let words, case .returned(let transcript) = await spoken {
            report.demand(transcript.text == words, "beside silence it heard \(transcript.text), not \(words)")
        }

        // The person is gone in the middle of a word.
        let endless = Microphone.Endless(speech)
        switch await withinTime(
            .seconds(2), cancelAfter: .milliseconds(200),
            { try await recognizer.recognize(endless, hints: RecognitionHints()) { _ in } })
        {
        case .returned: report.demand(false, "a cancelled call returns words")
        case .threw(let error):
            report.demand(
                (error as? ProviderError)?.code == .cancelled, "a cancelled call throws \(error), not .cancelled")
        case .hung: report.demand(false, "a cancelled call goes on")
        }
        return report
    }

    /// - Returns: how the call ended; partial texts behind its end are an error of their own.
    private static func recognize(_ recognizer: some SpeechRecognizer, _ samples: [Int16]) async -> Ending<Transcript> {
        await withinTime(.seconds(60)) {
            try await recognizer.recognize(Microphone.frames(samples), hints: RecognitionHints()) { _ in }
        }
    }
}

extension SpeechRecognizerConformance {
    private enum Microphone {
        /// An utterance in frames of 60 ms, all there at once.
        static func frames(_ samples: [Int16]) -> AsyncStream<AudioFrame> {
            let size = VoiceActivity.sampleRate * 60 / 1000
            let (stream, feed) = AsyncStream.makeStream(
                of: AudioFrame.self, bufferingPolicy: .bufferingOldest(samples.count / size + 1))
            for start in stride(from: 0, to: samples.count, by: size) {
                feed.yield(
                    AudioFrame(
                        sampleRate: VoiceActivity.sampleRate, samples: samples[start..<min(start + size, samples.count)]
                    ))
            }
            feed.finish()
            return stream
        }

        /// Speech that goes on, in real time, until its reader is cancelled.
        struct Endless: AsyncSequence, Sendable {
            typealias Element = AudioFrame
            typealias Failure = Never
            let samples: [Int16]

            init(_ samples: [Int16]) { self.samples = samples }

            struct Iterator: AsyncIteratorProtocol {
                let samples: [Int16]
                var position = 0

                mutating func next() async -> AudioFrame? { await next(isolation: nil) }

                mutating func next(isolation actor: isolated (any Actor)?) async -> AudioFrame? {
                    let size = VoiceActivity.sampleRate * 60 / 1000
                    guard samples.count > size else { return nil }
                    do { try await Task.sleep(for: .milliseconds(60)) } catch { return nil }
                    if position + size > samples.count { position = 0 }
                    defer { position += size }
                    return AudioFrame(
                        sampleRate: VoiceActivity.sampleRate, samples: samples[position..<(position + size)])
                }
            }

            func makeAsyncIterator() -> Iterator { Iterator(samples: samples) }
        }
    }
}
