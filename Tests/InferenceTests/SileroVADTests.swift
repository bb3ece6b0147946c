import Synchronization
import Testing
import VoiceAPI

@testable import Inference

@Suite(.timeLimit(.minutes(1))) struct SileroVADTests {
    /// Probabilities that the Python package `onnxruntime` gives for `SyntheticVoice(seed: 1)`.
    static let expected: [Float] = [
        0.00944, 0.01121, 0.01184, 0.00670, 0.57908, 0.45394, 0.28599, 0.19026,
        0.09968, 0.08456, 0.05404, 0.04774, 0.04911, 0.02667, 0.01532, 0.01027,
        0.06443, 0.03819, 0.04577, 0.02920, 0.03623, 0.04263, 0.03745, 0.02399,
        0.25383, 0.58351, 0.57969, 0.29376, 0.17393, 0.23954, 0.16978, 0.22716,
        0.29911, 0.34748, 0.31032, 0.23416, 0.25618, 0.23909, 0.25935, 0.27345,
    ]

    private static func windows(seed: UInt64 = 1, count: Int = 40) -> [[Int16]] {
        var voice = SyntheticVoice(seed: seed)
        let samples = voice.samples(count * VoiceActivity.windowSize)
        return (0..<count).map {
            Array(samples[($0 * VoiceActivity.windowSize)..<(($0 + 1) * VoiceActivity.windowSize)])
        }
    }

    private static func listen(_ vad: SileroVAD, to windows: [[Int16]]) async throws -> [Float] {
        let stream = try vad.makeStream()
        var heard: [Float] = []
        for window in windows { heard.append(try await stream.speechProbability(of: window)) }
        return heard
    }

    private static func isClose(_ left: [Float], _ right: [Float], within: Float) -> Bool {
        left.count == right.count && zip(left, right).allSatisfy { abs($0 - $1) <= within }
    }

    @Test func `probabilities are those of the Python runtime`() async throws {
        let vad = try SileroVAD(modelPath: TestFiles.sileroModel)
        defer { vad.shutdown() }
        let heard = try await Self.listen(vad, to: Self.windows())
        #expect(Self.isClose(heard, Self.expected, within: 5e-5), "\(heard)")
    }

    @Test(arguments: [1, 2]) func `two hundred devices at once hear what each hears alone`(threads: Int) async throws {
        let vad = try SileroVAD(modelPath: TestFiles.sileroModel, engineThreads: threads)
        defer { vad.shutdown() }
        let seeds: [UInt64] = [1, 2, 3, 4]
        var alone: [UInt64: [Float]] = [:]
        for seed in seeds { alone[seed] = try await Self.listen(vad, to: Self.windows(seed: seed, count: 12)) }
        #expect(alone[1] != alone[2])
        let wrong = try await withThrowingTaskGroup(of: Bool.self) { group in
            for index in 0..<200 {
                let seed = seeds[index % seeds.count]
                let reference = try #require(alone[seed])
                group.addTask {
                    let heard = try await Self.listen(vad, to: Self.windows(seed: seed, count: 12))
                    return Self.isClose(heard, reference, within: 1e-4)
                }
            }
            return try await group.reduce(into: 0) { $0 += $1 ? 0 : 1 }
        }
        #expect(wrong == 0)
    }

    @Test func `each run of the network is told of with its time, alone or in a batch`() async throws {
        let runs = Mutex<[Duration]>([])
        let vad = try SileroVAD(modelPath: TestFiles.sileroModel) { time in runs.withLock { $0.append(time) } }
        defer { vad.shutdown() }
        let windows = Self.windows(count: 12)
        // One after the other: no window has company.
        _ = try await Self.listen(vad, to: windows)
        #expect(runs.withLock { $0.count } == 12)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<64 { group.addTask { _ = try await Self.listen(vad, to: windows) } }
            try await group.waitForAll()
        }
        let all = runs.withLock { $0 }
        // Between full batches and none at all.
        #expect(all.count >= 12 + 64 * 12 / SileroBatch.capacity && all.count <= 12 + 64 * 12)
        #expect(all.allSatisfy { $0 > .zero && $0 < .seconds(10) })
    }

    @Test func `reset forgets what was heard`() async throws {
        let vad = try SileroVAD(modelPath: TestFiles.sileroModel)
        defer { vad.shutdown() }
        let stream = try vad.makeStream()
        let windows = Self.windows(count: 6)
        var first: [Float] = []
        for window in windows { first.append(try await stream.speechProbability(of: window)) }
        #expect(try await stream.speechProbability(of: windows[0]) != first[0])
        stream.reset()
        var second: [Float] = []
        for window in windows { second.append(try await stream.speechProbability(of: window)) }
        #expect(first == second)
    }

    @Test func `a missing model names the remedy`() throws {
        let error = #expect(throws: ProviderError.self) { _ = try SileroVAD(modelPath: "/nowhere/silero.onnx") }
        #expect(error?.code == .unavailable)
        #expect(error?.message.contains("dev/setup") == true)
    }

    @Test func `a file that is no model is refused as such`() throws {
        let error = #expect(throws: ProviderError.self) { _ = try SileroVAD(modelPath: #filePath) }
        #expect(error?.code == .invalidRequest)
    }

    @Test(arguments: [0, 511, 513]) func `a window of another length is refused`(length: Int) async throws {
        let vad = try SileroVAD(modelPath: TestFiles.sileroModel)
        defer { vad.shutdown() }
        let stream = try vad.makeStream()
        let error = await #expect(throws: ProviderError.self) {
            try await stream.speechProbability(of: [Int16](repeating: 1, count: length))
        }
        #expect(error?.code == .invalidRequest)
    }

    // An engine whose threads never started keeps every window waiting, so these need no timing.

    private static func sleepingEngine(queueLimit: Int) throws -> SileroEngine {
        SileroEngine(
            model: try SileroModel(path: TestFiles.sileroModel, provider: "vad"), name: "vad", queueLimit: queueLimit)
    }

    @Test func `a full queue refuses, and shutdown resumes who waits`() async throws {
        let engine = try Self.sleepingEngine(queueLimit: 1)
        let codes = await withTaskGroup(of: ProviderError.Code?.self) { group in
            for _ in 0..<2 { group.addTask { await Self.failure(engine) } }
            let refused = await group.next() ?? nil
            engine.shutdown()
            return [refused, await group.next() ?? nil]
        }
        #expect(codes == [.overloaded, .unavailable])
    }

    @Test func `cancelling a waiting window resumes it`() async throws {
        let engine = try Self.sleepingEngine(queueLimit: 8)
        let code = await withTaskGroup(of: ProviderError.Code?.self) { group in
            group.addTask { await Self.failure(engine) }
            group.cancelAll()
            return await group.next() ?? nil
        }
        #expect(code == .cancelled)
    }

    private static func failure(_ engine: SileroEngine) async -> ProviderError.Code? {
        do {
            _ = try await engine.run(windows(count: 1)[0], for: SileroState())
            return nil
        } catch {
            return error.code
        }
    }
}
