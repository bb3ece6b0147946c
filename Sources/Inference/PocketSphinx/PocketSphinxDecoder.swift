import CPocketSphinx
import VoiceAPI

/// One decoder of PocketSphinx.
final class PocketSphinxDecoder: @unchecked Sendable {
    // Sendable: the recognizer's shelf lends a decoder to one job at a time, under its lock.
    private let decoder: OpaquePointer
    private let configuration: OpaquePointer

    /// - Parameter options: command line options of `pocketsphinx_continuous`, without the program's name.
    /// - Throws: `.unavailable` when the library refuses the models.
    init(options: [String], provider: String) throws(ProviderError) {
        // PocketSphinx explains itself on stderr in some hundred lines; the log is ours. It keeps silent frames, so that
        // its frames are those of the audio.
        var arguments = (["pocketsphinx", "-logfn", "/dev/null", "-remove_silence", "no"] + options).map { strdup($0) }
        defer { for argument in arguments { free(argument) } }
        guard
            let configuration = cmd_ln_parse_r(nil, ps_args(), Int32(arguments.count), &arguments, 0)
        else {
            throw ProviderError(.invalidRequest, provider: provider, message: "PocketSphinx refuses its options")
        }
        guard let decoder = ps_init(configuration) else {
            cmd_ln_free_r(configuration)
            throw ProviderError(
                .unavailable, provider: provider,
                message: "PocketSphinx cannot load \(options.joined(separator: " ")); run dev/setup")
        }
        self.decoder = decoder
        self.configuration = configuration
    }

    deinit {
        ps_free(decoder)
        cmd_ln_free_r(configuration)
    }

    /// Decodes one utterance, 16 kHz; about 30 ms of one core per second of audio with a command grammar.
    ///
    /// The utterance is given whole, so that the cepstral mean is its own: a running mean would carry the last
    /// device's voice and room into this one's, and without one a third of the commands is lost.
    func decode(_ samples: [Int16]) -> DecodedSpeech {
        let heard = Self.withRoomNoise(samples)
        guard ps_start_utt(decoder) >= 0 else { return DecodedSpeech() }
        _ = heard.withUnsafeBufferPointer { ps_process_raw(decoder, $0.baseAddress, $0.count, 0, 1) }
        guard ps_end_utt(decoder) >= 0, let text = ps_get_hyp(decoder, nil) else { return DecodedSpeech() }
        let hypothesis = String(cString: text)
        return DecodedSpeech(text: hypothesis, coverage: LoudFrames(of: samples).share(in: wordFrames()))
    }

    /// The frames of 10 ms that words take, without silence, noises and the like.
    private func wordFrames() -> [ClosedRange<Int>] {
        var ranges: [ClosedRange<Int>] = []
        var segment = ps_seg_iter(decoder)
        while let current = segment {
            var first: Int32 = 0
            var last: Int32 = 0
            ps_seg_frames(current, &first, &last)
            if let word = ps_seg_word(current), Self.isWord(word.pointee), first <= last {
                ranges.append(Int(first)...Int(last))
            }
            segment = ps_seg_next(current)
        }
        return ranges
    }

    /// Whether a segment that starts so is a word; silence is `<sil>`, a noise `[NOISE]` or `++SMACK++`.
    private static func isWord(_ first: CChar) -> Bool {
        !"<[+(".utf8.contains(UInt8(bitPattern: first))
    }

    /// Adds white noise of a hundredth of the utterance's peak, always the same one.
    ///
    /// The acoustic model learnt from rooms. The digital silence between words of a synthetic voice, a noise gate or
    /// Opus DTX is something it never heard, and it spoils the cepstral mean of the whole utterance: with the noise
    /// a quarter more of clean commands is right (docs/decisions/0003).
    static func withRoomNoise(_ samples: [Int16]) -> [Int16] {
        let peak = samples.reduce(into: 0) { $0 = max($0, Int($1.magnitude)) }
        let level = max(1, peak / 100)
        var random: UInt32 = 12_345
        return samples.map { sample in
            random = random &* 1_664_525 &+ 1_013_904_223
            let noise = Int(random >> 16) % (2 * level + 1) - level
            return Int16(clamping: Int(sample) + noise)
        }
    }
}
