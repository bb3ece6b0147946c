import NIOCore
import VoiceAPI
import VoiceTesting

/// What all devices of a fleet send, encoded once and shared by every connection.
struct FleetSound: Sendable {
    let hello = ByteBuffer(bytes: UplinkFrames.hello)
    let listen = ByteBuffer(bytes: UplinkFrames.listen("auto"))
    /// For a device that cancels its own echo and may be spoken to while it speaks.
    let listenRealtime = ByteBuffer(bytes: UplinkFrames.listen("realtime"))
    let silence = ByteBuffer(bytes: UplinkFrames.silence)
    /// A sentence of about two seconds, one frame each 60 ms.
    let speech: [ByteBuffer]
    let noise: [ByteBuffer]

    static let frameMilliseconds = UplinkFrames.milliseconds

    static func make() async throws -> FleetSound {
        let spoken = try await Microphone.speak("how are you today and what is the weather like")
        // The last voiced frame is the moment that answers are measured from.
        var samples = Array(spoken.samples)
        while let last = samples.last, abs(Int(last)) < 200 { samples.removeLast() }
        let sentence = AudioFrame(sampleRate: VoiceActivity.sampleRate, samples: samples[...])
        return FleetSound(
            speech: try UplinkFrames.encode(sentence).map { ByteBuffer(bytes: $0) },
            noise: try UplinkFrames.noise().map { ByteBuffer(bytes: $0) })
    }
}
