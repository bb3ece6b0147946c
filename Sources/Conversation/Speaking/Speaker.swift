import Audio
import Flow
import VoiceAPI

/// Turns sentences into Opus packets in order. While one is played, up to two more are already being synthesized.
struct Speaker: Sendable {
    let synthesizer: any SpeechSynthesizer
    let format: SpeechFormat
    let clock: SessionClock
    /// How long the voice may take without giving audio.
    let deadline: Duration
    let load: SpeakingLoad
    let cache: SpeechCache?
    let computing: ComputingTime

    /// Sentences waiting for their turn to be encoded; bounds how far synthesis runs ahead.
    private static let sentencesAhead = 2
    /// Audio a sentence may hold before it is its turn, in milliseconds.
    private static let audioAhead = 3000

    /// Speaks until `sentences` ends; leaves `playout` open.
    ///
    /// - Parameters:
    ///   - language: of sentences that do not show it themselves.
    ///   - onAudio: called when a sentence's first audio is there.
    /// - Throws: the error of the first sentence that fails; `CancellationError` with the turn.
    func speak(
        _ sentences: BoundedQueue<Sentence>, language: String?, into playout: BoundedQueue<PlayoutItem>,
        onAudio: @escaping @Sendable () -> Void
    ) async throws {
        let line = BoundedQueue<SpokenSentence>(limit: Self.sentencesAhead)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                await withDiscardingTaskGroup { voices in
                    for await sentence in sentences {
                        let voice = voice(for: sentence, language: language)
                        let key = SpeechKey(
                            synthesizer: synthesizer.name, voice: voice, format: format, text: sentence.text)
                        let cached = sentence.track == nil ? cache?.packets(for: key, at: clock.now) : nil
                        let isKept =
                            sentence.track == nil && cached == nil
                            && cache?.admits(key, isAnswer: sentence.isAnswer) == true
                        let spoken = SpokenSentence(sentence, audioLimit: Self.audioAhead, key: isKept ? key : nil)
                        guard await line.send(spoken) else { break }
                        voices.addTask {
                            if let track = sentence.track {
                                await play(track, into: spoken, onAudio: onAudio)
                            } else if let cached {
                                await repeatPackets(cached, into: spoken, onAudio: onAudio)
                            } else {
                                await synthesize(spoken, voice: voice, onAudio: onAudio)
                            }
                        }
                    }
                    line.finish()
                }
            }
            group.addTask { try await load.whileSpeaking { try await encode(line, into: playout) } }
            defer { group.cancelAll() }
            // Not `waitForAll`, which goes on waiting when one has failed.
            while try await group.next() != nil {}
        }
    }

    private func encode(_ line: BoundedQueue<SpokenSentence>, into playout: BoundedQueue<PlayoutItem>) async throws {
        // Its 44 KB are not spent on what is encoded already.
        var encoder: SpeechEncoder?
        for await spoken in line {
            await playout.send(.sentence(spoken.sentence), weight: 0)
            var kept: [[UInt8]] = []
            var isEncoding = false
            for await piece in spoken.audio {
                switch piece {
                case .frame(let frame):
                    if encoder == nil { encoder = try makeEncoder() }
                    if !isEncoding {
                        encoder?.expect(
                            spoken.sentence.track == nil ? .speech : .music,
                            complexity: load.complexity(best: format.complexity))
                        isEncoding = true
                    }
                    try computing.measure { try encoder?.append(frame) }
                    kept += try await handOn(&encoder, to: playout, isKept: spoken.key != nil)
                case .packet(let packet):
                    await playout.send(.packet(packet), weight: format.frameMilliseconds)
                }
            }
            encoder?.finish()
            kept += try await handOn(&encoder, to: playout, isKept: spoken.key != nil)
            if let error = spoken.failure { throw error }
            if let key = spoken.key, !Task.isCancelled { cache?.keep(kept, for: key, at: clock.now) }
            await playout.send(.sentenceEnd, weight: 0)
        }
    }

    private func makeEncoder() throws -> SpeechEncoder {
        try SpeechEncoder(
            sampleRate: format.sampleRate, frameDuration: format.frameMilliseconds, bitrate: format.bitrate,
            complexity: format.complexity)
    }

    /// Encodes packet by packet: a voice may give seconds of audio at once, and other devices' frames are due meanwhile.
    ///
    /// - Returns: the packets if they are to be kept.
    private func handOn(
        _ encoder: inout SpeechEncoder?, to playout: BoundedQueue<PlayoutItem>, isKept: Bool
    ) async throws -> [[UInt8]] {
        var kept: [[UInt8]] = []
        while let packet = try computing.measure({ try encoder?.nextPacket() }) {
            await playout.send(.packet(packet), weight: format.frameMilliseconds)
            if isKept { kept.append(packet) }
            await Task.yield()
        }
        return kept
    }

    /// A sentence that the cache has, at once.
    private func repeatPackets(
        _ packets: [[UInt8]], into spoken: SpokenSentence, onAudio: @escaping @Sendable () -> Void
    ) async {
        onAudio()
        for packet in packets { await spoken.append(packet: packet, milliseconds: format.frameMilliseconds) }
        spoken.audio.finish()
    }

    private func voice(for sentence: Sentence, language: String?) -> Voice {
        Voice(language: sentence.text.writtenLanguage == "zh" ? "zh" : language)
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
    private func synthesize(_ spoken: SpokenSentence, voice: Voice, onAudio: @escaping @Sendable () -> Void) async {
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
