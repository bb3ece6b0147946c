import Audio
public import VoiceAPI

/// The contract of `SpeechSynthesizer`.
public enum SpeechSynthesizerConformance {
    /// - Parameter sentence: one that takes at least 300 ms to say.
    public static func check(_ voice: some SpeechSynthesizer, sentence: String) async -> ConformanceReport {
        var report = ConformanceReport()
        report.demand(!voice.name.isEmpty, "it has no name")

        switch await speak(voice, sentence) {
        case .returned(let speech):
            report.demand(speech.rates.count == 1, "its frames have the rates \(speech.rates.sorted())")
            let seconds = Double(speech.samples.count) / Double(speech.rates.first ?? 1)
            report.demand(seconds >= 0.3, "it speaks for \(seconds) s only")
            report.demand(SpeechLevel.rms(speech.samples) > 100, "it is silent")
        case .threw(let error): report.demand(false, "a sentence is an error: \(error)")
        case .hung: report.demand(false, "a sentence hangs it")
        }

        let length = await speak(voice, sentence).samples
        let together = await withTaskGroup(of: Int?.self) { group in
            for _ in 0..<4 { group.addTask { await speak(voice, sentence).samples } }
            return await group.reduce(into: [Int?]()) { $0.append($1) }
        }
        // Voices may breathe differently; twice as much would be another's sentence.
        for count in together {
            report.demand(
                count.map { $0 > 0 && $0 < 2 * (length ?? 0) } ?? false,
                "side by side a sentence has \(count ?? 0) samples")
        }

        switch await withinTime(
            .seconds(2), cancelAfter: .milliseconds(500),
            {
                try await voice.synthesize(sentence, voice: Voice(language: "en")) { _ in
                    try? await Task.sleep(for: .seconds(600))
                }
            })
        {
        // A voice whose whole sentence was one frame may have been done.
        case .returned: break
        case .threw(let error):
            report.demand(
                (error as? ProviderError)?.code == .cancelled, "a cancelled call throws \(error), not .cancelled")
        case .hung: report.demand(false, "a cancelled call goes on")
        }
        return report
    }

    fileprivate struct Speech: Sendable {
        var samples: [Int16] = []
        var rates: Set<Int> = []
    }

    private static func speak(_ voice: some SpeechSynthesizer, _ sentence: String) async -> Ending<Speech> {
        await withinTime(.seconds(60)) {
            var speech = Speech()
            try await voice.synthesize(sentence, voice: Voice(language: "en")) { frame in
                speech.samples += frame.samples
                speech.rates.insert(frame.sampleRate)
            }
            return speech
        }
    }
}

extension Ending<SpeechSynthesizerConformance.Speech> {
    /// nil when the call did not return.
    fileprivate var samples: Int? { if case .returned(let speech) = self { speech.samples.count } else { nil } }
}
