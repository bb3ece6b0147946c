import Flow
package import VoiceAPI

/// Several recognizers as one. The speech is kept, so that the next recognizer hears it from the beginning although
/// the first one failed in the middle.
///
/// Partial texts do not bind the turn: each replaces the one before, whoever it is from. Only the transcript counts as
/// output, and the patience for it begins when the person has finished.
package struct FallbackRecognizer: SpeechRecognizer {
    /// The longest utterance kept: a session's own limit of 60 s and a second for the frames in flight.
    private static let longestUtterance = Duration.seconds(61)

    private let chain: FallbackChain<any SpeechRecognizer>

    /// - Parameter links: in order of preference.
    package init(_ links: [FallbackLink<any SpeechRecognizer>], options: FallbackOptions) {
        chain = FallbackChain(links: links, options: options)
    }

    package var name: String { chain.name }

    package func recognize(
        _ audio: some AsyncSequence<AudioFrame, Never> & Sendable, hints: RecognitionHints,
        partial: (String) async -> Void
    ) async throws(ProviderError) -> Transcript {
        let recording = UtteranceRecording(limit: Self.longestUtterance, clock: chain.options.clock)
        let result = await withTaskGroup(of: Void.self) { group -> Result<Transcript, ProviderError> in
            group.addTask {
                defer { recording.finish() }
                for await frame in audio {
                    guard recording.append(frame) else { return }
                }
            }
            defer { group.cancelAll() }
            do throws(ProviderError) {
                return .success(
                    try await chain.run { link in await attempt(link, recording, hints: hints, partial: partial) })
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    private func attempt(
        _ link: FallbackLink<any SpeechRecognizer>, _ recording: UtteranceRecording, hints: RecognitionHints,
        partial: (String) async -> Void
    ) async -> Attempt<Transcript> {
        let clock = chain.options.clock
        let start = clock.now
        let gate = FirstOutputGate()
        let partials = BoundedQueue<String>(limit: 1)
        // While the person still speaks, a recognizer owes nothing.
        @Sendable func waited() -> Duration {
            let now = clock.now
            return max(.zero, now - max(start, recording.endedAt ?? now))
        }
        let result = await withTaskGroup(of: Result<Transcript, ProviderError>?.self) { group in
            group.addTask {
                defer { partials.finish() }
                do throws(ProviderError) {
                    let transcript = try await link.provider.recognize(recording.replay(), hints: hints) {
                        await partials.send($0)
                    }
                    _ = gate.begin(after: waited())
                    return .success(transcript)
                } catch {
                    return .failure(error)
                }
            }
            group.addTask {
                await recording.ended.wait()
                try? await clock.sleep(for: link.firstOutputDeadline)
                if !Task.isCancelled, gate.expire() { partials.finish() }
                return nil
            }
            for await text in partials { await partial(text) }
            if gate.isExpired || Task.isCancelled { group.cancelAll() }
            var result: Result<Transcript, ProviderError>?
            for await end in group {
                result = result ?? end
                group.cancelAll()
            }
            return result
        }
        let missing = ProviderError(.cancelled, provider: link.breaker.name, message: "the turn is over")
        return Attempt(
            result: outcome(
                of: result ?? .failure(missing), provider: link.breaker.name, deadline: link.firstOutputDeadline,
                gate: gate),
            firstOutput: gate.firstOutput, waited: gate.firstOutput ?? waited(), duration: clock.now - start,
            hasOutput: false)
    }
}
