import Audio
import Foundation

/// A song of one tone, and an ear for it.
enum Tone {
    /// Writes a tone as a WAV file.
    static func write(_ hertz: Double, seconds: Int, to path: String) throws {
        let rate = 16_000
        let samples = (0..<(rate * seconds)).map { index in
            Int16(9000 * sin(2 * .pi * hertz * Double(index) / Double(rate)))
        }
        try Data(WAVWriter.encode(samples, sampleRate: rate)).write(to: URL(fileURLWithPath: path))
    }

    /// How much of the sound's energy lies at a frequency: 1 for nothing but that tone.
    static func share(of hertz: Double, in samples: ArraySlice<Int16>, sampleRate: Int) -> Double {
        var (real, imaginary, energy) = (0.0, 0.0, 0.0)
        for (index, sample) in samples.enumerated() {
            let (value, angle) = (Double(sample), 2 * .pi * hertz * Double(index) / Double(sampleRate))
            real += value * cos(angle)
            imaginary += value * sin(angle)
            energy += value * value
        }
        guard energy > 0 else { return 0 }
        return 2 * (real * real + imaginary * imaginary) / (energy * Double(samples.count))
    }
}
