import CSilero

/// The memory that one engine thread reuses for every run: up to `capacity` windows side by side.
struct SileroBatch: ~Copyable {
    /// Most windows in one run: the lanes of the kernel.
    static let capacity = Int(SileroLanes)

    /// Rows of 576 samples, −1…1.
    let input: UnsafeMutablePointer<Float>
    /// Rows of 256 numbers, which a run replaces.
    let state: UnsafeMutablePointer<Float>
    /// One probability per row.
    let output: UnsafeMutablePointer<Float>
    /// The kernel's intermediate results.
    let scratch: OpaquePointer

    init() {
        input = Self.zeros(Self.capacity * SileroModel.inputSize)
        state = Self.zeros(Self.capacity * SileroModel.stateSize)
        output = Self.zeros(Self.capacity)
        guard let scratch = silero_scratch_create() else { preconditionFailure("an allocation of 0.3 MB has memory") }
        self.scratch = scratch
    }

    deinit {
        input.deallocate()
        state.deallocate()
        output.deallocate()
        silero_scratch_free(scratch)
    }

    private static func zeros(_ count: Int) -> UnsafeMutablePointer<Float> {
        let memory = UnsafeMutablePointer<Float>.allocate(capacity: count)
        memory.initialize(repeating: 0, count: count)
        return memory
    }
}
