public import VoiceAPI

/// Sound made by arithmetic.
public enum TestSound {
    /// A loud square wave of 200 Hz.
    public static func buzz(_ length: Duration, sampleRate: Int) -> AudioFrame {
        let period = sampleRate / 200
        let samples = (0..<count(length, sampleRate)).map { Int16($0 % period < period / 2 ? 8000 : -8000) }
        return AudioFrame(sampleRate: sampleRate, samples: samples)
    }

    public static func silence(_ length: Duration, sampleRate: Int) -> AudioFrame {
        AudioFrame(sampleRate: sampleRate, samples: [Int16](repeating: 0, count: count(length, sampleRate)))
    }

    private static func count(_ length: Duration, _ sampleRate: Int) -> Int {
        Int(length / .seconds(1) * Double(sampleRate))
    }
}
