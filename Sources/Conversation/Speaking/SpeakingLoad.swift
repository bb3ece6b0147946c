import Synchronization

/// How many answers are being encoded on this server, and what effort that leaves for each. One for all sessions.
package final class SpeakingLoad: Sendable {
    /// Below this the sound is audibly worse. Spectral distance from the voice at 24 kbit/s, espeak-ng, in dB: 8.0 at
    /// complexity 0, 6.7 at 1, 6.3 at 5, 6.1 at 8 and 10, where 1 costs about half of 5 and 8 twice as much
    /// (`Benchmarks/opus-quality`).
    static let floor = 1
    private static let middle = 5

    private let cores: Int
    private let speakers = Atomic<Int>(0)

    /// - Parameter cores: processors that this server may use.
    package init(cores: Int) {
        self.cores = max(1, cores)
    }

    /// Counts one more answer while `body` runs.
    func whileSpeaking<T>(_ body: () async throws -> T) async rethrows -> T {
        speakers.wrappingAdd(1, ordering: .relaxed)
        defer { speakers.wrappingSubtract(1, ordering: .relaxed) }
        return try await body()
    }

    /// Opus complexity for the next sentence, at most `best`.
    func complexity(best: Int) -> Int {
        Self.complexity(best: best, speakers: speakers.load(ordering: .relaxed), cores: cores)
    }

    /// Quality while there is room, speed when there is not.
    static func complexity(best: Int, speakers: Int, cores: Int) -> Int {
        switch speakers {
        case ..<(4 * cores): best
        case ..<(12 * cores): min(best, middle)
        default: min(best, floor)
        }
    }
}
