import Inference
import VoiceAPI

/// What one window of voice activity costs when so many devices speak at once.
struct DetectorBench {
    let batch: Int
    private static let windows = 400

    /// - Returns: microseconds of wall time per window.
    func run() async throws -> Double {
        guard let model = ModelFiles.find("silero_vad.onnx") else { return 0 }
        let detector = try SileroVAD(modelPath: model)
        defer { detector.shutdown() }
        let sound = (0..<VoiceActivity.windowSize).map { Int16(($0 &* 7919) % 4001 - 2000) }
        let clock = ContinuousClock()
        _ = try await stream(detector, sound, count: 20)
        let start = clock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<batch {
                group.addTask { try await stream(detector, sound, count: Self.windows) }
            }
            try await group.waitForAll()
        }
        return start.duration(to: clock.now) / .microseconds(1) / Double(Self.windows * batch)
    }

    private func stream(_ detector: SileroVAD, _ sound: [Int16], count: Int) async throws {
        let stream = try detector.makeStream()
        for _ in 0..<count { _ = try await stream.speechProbability(of: sound) }
    }
}
