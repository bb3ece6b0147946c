import Audio
import NIOCore
import VoiceAPI

/// What all devices of a fleet send, encoded once: whole WebSocket frames, shared by every connection.
///
/// The masking key is zero, so a payload stays what it is; a server must not care.
struct FleetSound: Sendable {
    let hello: ByteBuffer
    let listen: ByteBuffer
    /// For a device that cancels its own echo and may be spoken to while it speaks.
    let listenRealtime: ByteBuffer
    /// A sentence of about two seconds, one frame each 60 ms.
    let speech: [ByteBuffer]
    /// Room noise: the server must decode it and ask the model about every window.
    let noise: [ByteBuffer]
    /// A DTX packet: silence without a decoder.
    let silence: ByteBuffer

    static let frameMilliseconds = 60

    static func make() async throws -> FleetSound {
        let spoken = try await Microphone.speak("how are you today and what is the weather like")
        // The last voiced frame is the moment that answers are measured from.
        var samples = Array(spoken.samples)
        while let last = samples.last, abs(Int(last)) < 200 { samples.removeLast() }
        var random: UInt64 = 1
        let hiss = (0..<16_000).map { _ -> Int16 in
            random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int16(truncatingIfNeeded: Int((random >> 48) & 0x3FF) - 512)
        }
        return FleetSound(
            hello: frame(
                text:
                    #"{"type":"hello","version":1,"transport":"websocket","audio_params":{"format":"opus","sample_rate":16000,"channels":1,"frame_duration":60}}"#
            ),
            listen: frame(text: #"{"type":"listen","state":"start","mode":"auto"}"#),
            listenRealtime: frame(text: #"{"type":"listen","state":"start","mode":"realtime"}"#),
            speech: try encode(samples), noise: try encode(hiss),
            // A TOC byte alone, 60 ms of SILK wideband: what an encoder in DTX sends.
            silence: frame(opcode: 0x82, [0x58]))
    }

    private static func encode(_ samples: [Int16]) throws -> [ByteBuffer] {
        var encoder = try SpeechEncoder(
            sampleRate: VoiceActivity.sampleRate, frameDuration: frameMilliseconds, bitrate: 24_000, complexity: 0)
        try encoder.append(AudioFrame(sampleRate: VoiceActivity.sampleRate, samples: samples[...]))
        encoder.finish()
        return try encoder.packets().map { frame(opcode: 0x82, $0) }
    }

    private static func frame(text: String) -> ByteBuffer { frame(opcode: 0x81, Array(text.utf8)) }

    static func frame(opcode: UInt8, _ payload: [UInt8]) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.writeInteger(opcode)
        if payload.count < 126 {
            buffer.writeInteger(UInt8(0x80 | payload.count))
        } else {
            buffer.writeInteger(UInt8(0x80 | 126))
            buffer.writeInteger(UInt16(payload.count))
        }
        buffer.writeInteger(UInt32(0))
        buffer.writeBytes(payload)
        return buffer
    }
}
