/// How loud samples are.
public enum SpeechLevel {
    /// The greatest magnitude, 0…32768.
    public static func peak(_ samples: some Sequence<Int16>) -> Int {
        samples.reduce(0) { max($0, Int($1.magnitude)) }
    }

    /// Root mean square, 0…32768.
    public static func rms(_ samples: some Collection<Int16>) -> Double {
        guard !samples.isEmpty else { return 0 }
        let sum = samples.reduce(0.0) { $0 + Double($1) * Double($1) }
        return (sum / Double(samples.count)).squareRoot()
    }
}
