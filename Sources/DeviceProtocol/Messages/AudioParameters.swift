import JSON

/// The `audio_params` of a hello.
public struct AudioParameters: Sendable, Equatable {
    public var format = "opus"
    /// Samples per second: 8000, 12000, 16000, 24000 or 48000.
    public var sampleRate = 16_000
    public var channels = 1
    /// Milliseconds per packet: one of `AudioParameters.frameDurations`.
    public var frameDuration = 60

    /// What the firmware's decoder accepts (conformance statement 8).
    public static let frameDurations = [5, 10, 20, 40, 60, 80, 100, 120]
    private static let sampleRates = [8000, 12_000, 16_000, 24_000, 48_000]

    /// Opus, 16 kHz, mono, 60 ms: what a device means that says nothing (statement 7).
    public init() {}

    /// Takes what is legal and the defaults for the rest.
    init(_ json: JSON?) {
        if let format = json?["format"]?.string { self.format = format }
        if let rate = json?["sample_rate"]?.integer, Self.sampleRates.contains(rate) { sampleRate = rate }
        if let channels = json?["channels"]?.integer, (1...2).contains(channels) { self.channels = channels }
        if let duration = json?["frame_duration"]?.integer, Self.frameDurations.contains(duration) {
            frameDuration = duration
        }
    }

    var json: JSON {
        [
            "format": .string(format), "sample_rate": .integer(Int64(sampleRate)),
            "channels": .integer(Int64(channels)),
            "frame_duration": .integer(Int64(frameDuration)),
        ]
    }
}
