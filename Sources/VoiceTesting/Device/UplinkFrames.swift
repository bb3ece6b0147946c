import Audio
package import VoiceAPI

/// What a device sends, encoded once: the bytes of whole WebSocket frames, for fleets and for counting.
///
/// The masking key is zero, so a payload stays what it is; a server must not care.
package enum UplinkFrames {
    /// Milliseconds of audio in a frame.
    package static let milliseconds = 60

    /// The hello of a board without tools of its own.
    package static let hello = text(
        #"{"type":"hello","version":1,"transport":"websocket","audio_params":{"format":"opus","sample_rate":16000,"channels":1,"frame_duration":60}}"#
    )
    /// A DTX packet: a TOC byte alone, 60 ms of SILK wideband: what an encoder sends for silence.
    package static let silence = frame(opcode: 0x82, [0x58])

    /// A second of room noise: a server must decode it and ask its detector about every window.
    package static func noise() throws -> [[UInt8]] {
        var random: UInt64 = 1
        let hiss = (0..<VoiceActivity.sampleRate).map { _ -> Int16 in
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int16(truncatingIfNeeded: Int((random >> 48) & 0x3FF) - 512)
        }
        return try encode(AudioFrame(sampleRate: VoiceActivity.sampleRate, samples: hiss[...]))
    }

    /// - Parameter mode: `auto`, `manual` or `realtime`.
    package static func listen(_ mode: String) -> [UInt8] {
        text(#"{"type":"listen","state":"start","mode":"\#(mode)"}"#)
    }

    /// Typed words.
    package static func detect(_ words: String) -> [UInt8] {
        text(#"{"type":"listen","state":"detect","text":"\#(words)"}"#)
    }

    /// One frame for each 60 ms.
    ///
    /// - Parameter sound: 16 kHz.
    package static func encode(_ sound: AudioFrame) throws -> [[UInt8]] {
        var encoder = try SpeechEncoder(
            sampleRate: VoiceActivity.sampleRate, frameDuration: milliseconds, bitrate: 24_000, complexity: 0)
        try encoder.append(sound)
        encoder.finish()
        return try encoder.packets().map { frame(opcode: 0x82, $0) }
    }

    package static func text(_ json: String) -> [UInt8] { frame(opcode: 0x81, Array(json.utf8)) }

    /// - Parameters:
    ///   - opcode: with the FIN bit.
    ///   - payload: at most 65,535 bytes.
    package static func frame(opcode: UInt8, _ payload: [UInt8]) -> [UInt8] {
        let size: [UInt8] =
            payload.count < 126
            ? [0x80 | UInt8(payload.count)]
            : [0x80 | 126, UInt8(truncatingIfNeeded: payload.count >> 8), UInt8(truncatingIfNeeded: payload.count)]
        return [opcode] + size + [0, 0, 0, 0] + payload
    }
}
