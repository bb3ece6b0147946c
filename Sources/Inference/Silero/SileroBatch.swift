import COnnxRuntime
import VoiceAPI

/// The memory that one engine thread reuses for every run: up to `capacity` windows side by side.
struct SileroBatch: ~Copyable {
    /// Most windows in one run. Beyond 32 a window gets no cheaper (34 µs), it only waits longer.
    static let capacity = 32

    /// Rows of 576 samples, −1…1.
    let input: UnsafeMutablePointer<Float>
    /// Two layers, each of `count` rows of 128; so layer 1 starts at `count * 128`.
    let state: UnsafeMutablePointer<Float>
    /// One probability per row.
    let output: UnsafeMutablePointer<Float>
    /// As `state`.
    let nextState: UnsafeMutablePointer<Float>
    private let rate: UnsafeMutablePointer<Int64>
    /// The tensors over the memory above, in the order `input`, `state`, `sr`.
    let inputs: UnsafeMutablePointer<OnnxTensor>
    /// In the order `output`, `stateN`.
    let outputs: UnsafeMutablePointer<OnnxTensor>

    init() {
        let layers = 2 * Self.capacity * SileroModel.layerSize
        input = Self.zeros(0 as Float, Self.capacity * SileroModel.inputSize)
        state = Self.zeros(0 as Float, layers)
        output = Self.zeros(0 as Float, Self.capacity)
        nextState = Self.zeros(0 as Float, layers)
        rate = Self.zeros(Int64(VoiceActivity.sampleRate), 1)
        inputs = .allocate(capacity: 3)
        outputs = .allocate(capacity: 2)
        inputs.initialize(to: Self.tensor("input", input, rank: 2))
        (inputs + 1).initialize(to: Self.tensor("state", state, rank: 3))
        (inputs + 2).initialize(
            to: OnnxTensor(
                name: Self.name("sr"), element: OnnxElementInt64, data: rate, byteCount: 8, shape: (0, 0, 0, 0), rank: 0
            ))
        outputs.initialize(to: Self.tensor("output", output, rank: 2))
        (outputs + 1).initialize(to: Self.tensor("stateN", nextState, rank: 3))
        shape(rows: 1)
    }

    deinit {
        input.deallocate()
        state.deallocate()
        output.deallocate()
        nextState.deallocate()
        rate.deallocate()
        inputs.deallocate()
        outputs.deallocate()
    }

    /// Makes the tensors cover the first `rows` rows, 1…`capacity`.
    func shape(rows: Int) {
        let count = Int64(rows)
        let layer = Int64(SileroModel.layerSize)
        Self.set(&inputs[0], (count, Int64(SileroModel.inputSize), 1, 1))
        Self.set(&inputs[1], (2, count, layer, 1))
        Self.set(&outputs[0], (count, 1, 1, 1))
        Self.set(&outputs[1], (2, count, layer, 1))
    }

    private static func set(_ tensor: inout OnnxTensor, _ shape: (Int64, Int64, Int64, Int64)) {
        tensor.shape = shape
        tensor.byteCount = 4 * shape.0 * shape.1 * shape.2
    }

    private static func zeros<Number>(_ value: Number, _ count: Int) -> UnsafeMutablePointer<Number> {
        let memory = UnsafeMutablePointer<Number>.allocate(capacity: count)
        memory.initialize(repeating: value, count: count)
        return memory
    }

    private static func tensor(
        _ name: StaticString, _ memory: UnsafeMutablePointer<Float>, rank: Int64
    ) -> OnnxTensor {
        OnnxTensor(
            name: Self.name(name), element: OnnxElementFloat, data: memory, byteCount: 0, shape: (0, 0, 0, 0),
            rank: rank)
    }

    /// A name that lives as long as the process.
    private static func name(_ text: StaticString) -> UnsafePointer<CChar> {
        UnsafeRawPointer(text.utf8Start).assumingMemoryBound(to: CChar.self)
    }
}
