import Inference
import VoiceAPI

/// What one window of voice activity costs when so many devices speak at once.
struct DetectorBench {
    let batch: Int
    private static let windows = 400

    /// Medians of rounds in which the bare library and the engine take turns, so that a noisy machine is noisy for both.
    struct Figures {
        /// Microseconds of wall time per window.
        var engine = 0.0
        var bare = 0.0
        /// Engine over bare, round by round: lowest, median, highest.
        var ratio = (low: 0.0, median: 0.0, high: 0.0)
    }
    private static let rounds = 9

    func run() async throws -> Figures {
        guard let model = ModelFiles.find("silero_vad.onnx") else { return Figures() }
        let detector = try SileroVAD(modelPath: model)
        defer { detector.shutdown() }
        let sound = (0..<VoiceActivity.windowSize).map { Int16(($0 &* 7919) % 4001 - 2000) }
        _ = try await stream(detector, sound, count: 20)
        var (engine, bare): ([Double], [Double]) = ([], [])
        for _ in 0..<Self.rounds {
            bare.append(try SileroVAD.bareCost(modelPath: model, batch: batch, runs: Self.windows) / .microseconds(1))
            engine.append(try await round(detector, sound))
        }
        let ratios = zip(engine, bare).map { $0 / $1 }.sorted()
        let middle = Self.rounds / 2
        return Figures(
            engine: engine.sorted()[middle], bare: bare.sorted()[middle],
            ratio: (ratios[0], ratios[middle], ratios[Self.rounds - 1]))
    }

    /// What a window waits in the queue and the batch, when so many devices stream at their own pace.
    ///
    /// - Parameter streams: each asks every 32 ms, at times that are spread evenly.
    /// - Returns: milliseconds from asking to the answer.
    static func delays(streams: Int, seconds: Int = 6) async throws -> Spread {
        guard let model = ModelFiles.find("silero_vad.onnx") else { return Spread([]) }
        let detector = try SileroVAD(modelPath: model)
        defer { detector.shutdown() }
        let sound = (0..<VoiceActivity.windowSize).map { Int16(($0 &* 7919) % 4001 - 2000) }
        let window = Duration.milliseconds(32)
        let clock = ContinuousClock()
        let start = clock.now + .milliseconds(200)
        let all = try await withThrowingTaskGroup(of: [Double].self) { group in
            for number in 0..<streams {
                group.addTask {
                    let stream = try detector.makeStream()
                    var due = start + window * (Double(number) / Double(streams))
                    var delays: [Double] = []
                    while due < start + .seconds(seconds) {
                        try await clock.sleep(until: due)
                        let asked = clock.now
                        _ = try await stream.speechProbability(of: sound)
                        // The first second warms up.
                        let delay = asked.duration(to: clock.now) / .milliseconds(1)
                        if asked > start + .seconds(1) { delays.append(delay) }
                        due += window
                    }
                    return delays
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }
        }
        return Spread(all)
    }

    private func round(_ detector: SileroVAD, _ sound: [Int16]) async throws -> Double {
        let clock = ContinuousClock()
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
