public import VoiceAPI

/// The contract of `VoiceActivityDetector`.
public enum VoiceActivityConformance {
    /// - Parameter speech: 16 kHz mono samples in which somebody speaks most of the time.
    public static func check(_ detector: some VoiceActivityDetector, speech: [Int16]) async -> ConformanceReport {
        var report = ConformanceReport()
        report.demand(!detector.name.isEmpty, "it has no name")
        do {
            let alone = try await probabilities(detector.makeStream(), speech)
            report.demand(alone.allSatisfy { (0...1).contains($0) }, "a probability is outside of 0…1")
            report.demand(alone.contains { $0 > 0.8 }, "it hears no speech in speech")

            // The same speech beside silence, each in its own stream.
            async let beside = probabilities(detector.makeStream(), speech)
            async let quiet = probabilities(
                detector.makeStream(), (0..<speech.count).map { Int16(truncatingIfNeeded: $0 % 3 - 1) })
            let (loud, silent) = try await (beside, quiet)
            report.demand(silent.allSatisfy { $0 < 0.3 }, "it hears speech in silence")
            report.demand(
                zip(alone, loud).allSatisfy { abs($0 - $1) < 0.02 }, "a stream hears another stream's sound")

            let stream = try detector.makeStream()
            let first = try await probabilities(stream, speech)
            stream.reset()
            let second = try await probabilities(stream, speech)
            report.demand(zip(first, second).allSatisfy { abs($0 - $1) < 0.02 }, "a reset stream remembers")
        } catch {
            report.demand(false, "it fails: \(error)")
        }
        return report
    }

    private static func probabilities(_ stream: any VoiceActivityStream, _ samples: [Int16]) async throws -> [Float] {
        var result: [Float] = []
        for start in stride(from: 0, to: samples.count - VoiceActivity.windowSize, by: VoiceActivity.windowSize) {
            let window = Array(samples[start..<(start + VoiceActivity.windowSize)])
            result.append(try await stream.speechProbability(of: window))
        }
        return result
    }
}
