/// A piece of mono 16-bit PCM of a known rate.
///
/// Storage is shared, so handing a frame on costs no copy. Made by the Opus decoder (16 kHz) and by voices
/// (any rate); read by recognizers, the resampler and the Opus encoder.
public struct AudioFrame: Sendable, Equatable {
    /// Samples per second.
    public let sampleRate: Int
    /// Mono samples, full scale ±32767.
    public let samples: ArraySlice<Int16>

    public init(sampleRate: Int, samples: ArraySlice<Int16>) {
        precondition(sampleRate > 0, "a frame has a sample rate")
        self.sampleRate = sampleRate
        self.samples = samples
    }

    public init(sampleRate: Int, samples: [Int16]) {
        self.init(sampleRate: sampleRate, samples: samples[...])
    }

    /// How long the frame lasts when played at its own rate.
    public var duration: Duration {
        .nanoseconds(Int64(samples.count) * 1_000_000_000 / Int64(sampleRate))
    }
}
