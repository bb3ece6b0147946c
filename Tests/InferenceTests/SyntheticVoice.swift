/// A voice-like signal made with integers only, so that Python and Swift make the very same samples: pulses and
/// noise of a linear congruential generator through two resonators.
struct SyntheticVoice {
    private var random: UInt64 = 1
    private var y1 = 0
    private var y2 = 0
    private var z1 = 0
    private var z2 = 0
    private var phase = 0

    /// - Parameter seed: 1 is the signal of the reference vector.
    init(seed: UInt64 = 1) {
        random = seed
    }

    mutating func samples(_ count: Int) -> [Int16] {
        (0..<count).map { next($0) }
    }

    private mutating func next(_ index: Int) -> Int16 {
        random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let noise = Int((random >> 48) & 0xFF) - 128
        phase += 1
        var pulse = 0
        if phase >= 133 - ((index / 2048) % 4) * 6 {
            phase = 0
            pulse = 9000
        }
        // Python's // rounds down, as an arithmetic shift does.
        let excitation = ((index / 4096) % 3 != 2 ? pulse : 0) + (noise >> 3)
        let resonance = (index / 8192) % 2 == 0 ? 1918 : 1980
        let y = Self.clamp(excitation + ((resonance * y1 - 1000 * y2) >> 10))
        (y2, y1) = (y1, y)
        let z = Self.clamp((y >> 2) + ((1720 * z1 - 960 * z2) >> 10))
        (z2, z1) = (z1, z)
        return Int16(z)
    }

    private static func clamp(_ value: Int) -> Int {
        max(-30_000, min(30_000, value))
    }
}
