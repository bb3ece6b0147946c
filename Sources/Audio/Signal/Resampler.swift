import CSpeexDSP

/// Changes the sample rate of mono audio, chunk by chunk without clicks (speexdsp).
public struct Resampler: ~Copyable {
    private let state: OpaquePointer
    public let inputRate: Int
    public let outputRate: Int

    /// - Parameter quality: 0 (fast) to 10; 5 keeps speech clean.
    public init(from inputRate: Int, to outputRate: Int, quality: Int = 5) throws(AudioError) {
        var status: Int32 = 0
        guard (1...384_000).contains(inputRate), (1...384_000).contains(outputRate),
            let state = speex_resampler_init(
                1, UInt32(inputRate), UInt32(outputRate), Int32(clamping: quality), &status)
        else { throw AudioError(.unsupportedFormat, "cannot resample from \(inputRate) to \(outputRate) Hz") }
        // The filter's own delay is not part of the sound.
        speex_resampler_skip_zeros(state)
        self.state = state
        self.inputRate = inputRate
        self.outputRate = outputRate
    }

    deinit { speex_resampler_destroy(state) }

    public mutating func process(_ samples: ArraySlice<Int16>) -> [Int16] {
        guard !samples.isEmpty else { return [] }
        let capacity = samples.count * outputRate / inputRate + 64
        return [Int16](unsafeUninitializedCapacity: capacity) { output, count in
            samples.withUnsafeBufferPointer { input in
                var read = 0
                while read < input.count, count < capacity, let source = input.baseAddress,
                    let target = output.baseAddress
                {
                    var inputLength = UInt32(input.count - read)
                    var outputLength = UInt32(capacity - count)
                    guard
                        speex_resampler_process_int(
                            state, 0, source + read, &inputLength, target + count, &outputLength) == 0,
                        inputLength > 0 || outputLength > 0
                    else { break }
                    read += Int(inputLength)
                    count += Int(outputLength)
                }
            }
        }
    }

    /// The sound still inside the filter.
    public mutating func flush() -> [Int16] {
        process([Int16](repeating: 0, count: Int(speex_resampler_get_input_latency(state)))[...])
    }
}
