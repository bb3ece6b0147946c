/// The frames of 10 ms in which somebody seems to speak: louder than a tenth of the loudest.
struct LoudFrames {
    private let isLoud: [Bool]

    private static let frameSize = 160

    /// - Parameter samples: 16 kHz.
    init(of samples: [Int16]) {
        let energies = (0..<(samples.count / Self.frameSize)).map { frame in
            let start = frame * Self.frameSize
            return samples[start..<(start + Self.frameSize)].reduce(into: 0) { $0 += Int($1) * Int($1) }
        }
        // Energy is the square of loudness, so a tenth becomes a hundredth.
        let threshold = (energies.max() ?? 0) / 100
        isLoud = energies.map { $0 > threshold }
    }

    /// The share of these frames that lies in some of the ranges, 0…1; 0 when no frame is loud.
    func share(in ranges: [ClosedRange<Int>]) -> Double {
        let all = isLoud.count { $0 }
        guard all > 0 else { return 0 }
        let covered = ranges.reduce(into: 0) { sum, range in
            sum += isLoud[range.clamped(to: 0...(isLoud.count - 1))].count { $0 }
        }
        return Double(covered) / Double(all)
    }
}
