package import Flow
import Audio
package import VoiceAPI

/// Turns sentences into Opus packets in order. While one is played, up to two more are already being synthesized.
package struct Speaker: Sendable {
    let synthesizer: any SpeechSynthesizer
    let format: SpeechFormat
    let clock: SessionClock
    /// How long the voice may take without giving audio.
    let deadline: Duration

    /// Sentences waiting for their turn to be encoded; bounds how far synthesis runs ahead.
    private static let sentencesAhead = 2
    /// Audio a sentence may hold before it is its turn, in milliseconds.
    private static let audioAhead = 3000

    package init(
        synthesizer: any SpeechSynthesizer, format: SpeechFormat, clock: SessionClock, deadline: Duration
    ) {
        self.synthesizer = synthesizer
        self.format = format
        self.clock = clock
        self.deadline = deadline
    }

    /// Speaks until `sentences` ends; leaves `playout` open.
    ///
    /// - Parameters:
    ///   - language: of sentences that do not show it themselves.
    ///   - onAudio: called when a sentence's first audio is there.
    /// - Throws: the error of the first sentence that fails; `CancellationError` with the turn.
    package func speak(
        _ sentences: BoundedQueue<Sentence>, language: String?, into playout: BoundedQueue<PlayoutItem>,
        onAudio: @escaping @Sendable () -> Void
    ) async throws {
        let line = BoundedQueue<SpokenSentence>(limit: Self.sentencesAhead)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await withDiscardingTaskGroup { voices in
                    for await sentence in sentences {
                        let spoken = SpokenSentence(sentence, audioLimit: Self.audioAhead)
                        guard await line.send(spoken) else { break }
                        voices.addTask {
                            if let track = sentence.track {
                                await play(track, into: spoken, onAudio: onAudio)
                            } else {
                                await synthesize(spoken, language: language, onAudio: onAudio)
                            }
                        }
                    }
                    line.finish()
                }
            }
            group.addTask { try await encode(line, into: playout) }
            defer { group.cancelAll() }
            // Not `waitForAll`, which goes on waiting when one has failed.
            while try await group.next() != nil {}
        }
    }

    private func encode(_ line: BoundedQueue<SpokenSentence>, into playout: BoundedQueue<PlayoutItem>) async throws {
        var encoder = try SpeechEncoder(
            sampleRate: format.sampleRate, frameDuration: format.frameMilliseconds, bitrate: format.bitrate,
            complexity: format.complexity)
        for await spoken in line {
            await playout.send(.sentence(spoken.sentence), weight: 0)
            encoder.expect(spoken.sentence.track == nil ? .speech : .music)
            for await piece in spoken.audio {
                switch piece {
                case .frame(let frame):
                    try encoder.append(frame)
                    try await handOn(&encoder, to: playout)
                case .packet(let packet):
                    await playout.send(.packet(packet), weight: format.frameMilliseconds)
                }
            }
            encoder.finish()
            try await handOn(&encoder, to: playout)
            if let error = spoken.failure { throw error }
            await playout.send(.sentenceEnd, weight: 0)
        }
    }

    /// Encodes packet by packet: a voice may give seconds of audio at once, and other devices' frames are due meanwhile.
    private func handOn(_ encoder: inout SpeechEncoder, to playout: BoundedQueue<PlayoutItem>) async throws {
        while let packet = try encoder.nextPacket() {
            await playout.send(.packet(packet), weight: format.frameMilliseconds)
            await Task.yield()
        }
    }

    /// Reads a track into its queue. Opus packets of the device's own length go through as they are: a decoder plays any
    /// rate, so nothing is gained by encoding them anew.
    private func play(_ track: any AudioTrack, into spoken: SpokenSentence, onAudio: @escaping @Sendable () -> Void)
        async
    {
        do {
            try await withProgressDeadline(deadline, clock: clock, provider: "music", waitingFor: "sound") {
                progress in
                var decoder: OpusDecoder?
                try await track.play { piece in
                    progress.advance()
                    if !spoken.hasAudio { onAudio() }
                    switch piece {
                    case .frame(let frame): await progress.paused { await spoken.append(frame) }
                    case .packet(let packet):
                        let length = OpusPacket.duration(of: packet[...])
                        if length == .milliseconds(format.frameMilliseconds) {
                            await progress.paused {
                                await spoken.append(packet: packet, milliseconds: format.frameMilliseconds)
                            }
                        } else if length != nil, let frame = Self.decode(packet, &decoder, format.sampleRate) {
                            await progress.paused { await spoken.append(frame) }
                        }
                    }
                }
            }
        } catch {
            spoken.fail(error)
        }
        spoken.audio.finish()
    }

    private static func decode(_ packet: [UInt8], _ decoder: inout OpusDecoder?, _ sampleRate: Int) -> AudioFrame? {
        if decoder == nil { decoder = try? OpusDecoder(sampleRate: sampleRate) }
        guard let samples = try? decoder?.decode(packet[...]) else { return nil }
        return AudioFrame(sampleRate: sampleRate, samples: samples[...])
    }

    /// Synthesizes one sentence into its queue. A voice that fails is not asked again: that is its chain's business.
    private func synthesize(_ spoken: SpokenSentence, language: String?, onAudio: @escaping @Sendable () -> Void) async
    {
        let voice = Voice(language: spoken.sentence.text.writtenLanguage == "zh" ? "zh" : language)
        do {
            try await withProgressDeadline(
                deadline, clock: clock, provider: synthesizer.name, waitingFor: "audio"
            ) { progress in
                try await synthesizer.synthesize(spoken.sentence.text, voice: voice) { frame in
                    progress.advance()
                    if !spoken.hasAudio { onAudio() }
                    await progress.paused { await spoken.append(frame) }
                }
            }
        } catch {
            spoken.fail(error)
        }
        spoken.audio.finish()
    }
}
