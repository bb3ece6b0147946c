import VoiceAPI

/// What the model remembers of one device: 2 × 128 numbers and the last 64 samples, 1.3 KB.
final class SileroState: @unchecked Sendable {
    // Sendable: it has one owner at a time. The stream's task reads and resets it only between two windows; while a
    // window waits or runs, its engine thread owns it, and the engine's lock orders the two.
    private let memory: UnsafeMutablePointer<Float>

    private static let count = SileroModel.stateSize + SileroModel.contextSize

    init() {
        memory = .allocate(capacity: Self.count)
        memory.initialize(repeating: 0, count: Self.count)
    }

    deinit {
        memory.deallocate()
    }

    func reset() {
        memory.update(repeating: 0, count: Self.count)
    }

    /// Puts the device and its new window into row `row` of a batch.
    func load(_ window: [Int16], into batch: borrowing SileroBatch, row: Int) {
        let size = SileroModel.stateSize
        (batch.state + row * size).update(from: memory, count: size)
        let input = batch.input + row * SileroModel.inputSize
        input.update(from: memory + size, count: SileroModel.contextSize)
        let fresh = input + SileroModel.contextSize
        window.withUnsafeBufferPointer { samples in
            for index in 0..<VoiceActivity.windowSize { fresh[index] = Float(samples[index]) * (1 / 32768) }
        }
    }

    /// Takes the results of the run back out of the batch.
    func store(from batch: borrowing SileroBatch, row: Int) {
        let size = SileroModel.stateSize
        memory.update(from: batch.state + row * size, count: size)
        let input = batch.input + row * SileroModel.inputSize
        (memory + size).update(from: input + VoiceActivity.windowSize, count: SileroModel.contextSize)
    }
}
