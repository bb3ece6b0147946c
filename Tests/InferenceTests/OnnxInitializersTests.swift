import Testing

@testable import Inference

@Suite struct OnnxInitializersTests {
    /// A model with one tensor `w` of the shape [2] and the values 1 and −2, raw.
    private static let small: [UInt8] = {
        let tensor: [UInt8] = [0x08, 2, 0x10, 1, 0x42, 1, 0x77, 0x4A, 8, 0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0]
        let graph: [UInt8] = [0x2A, UInt8(tensor.count)] + tensor
        return [0x08, 8, 0x3A, UInt8(graph.count)] + graph
    }()

    @Test func `tensors have their names, shapes and values`() {
        #expect(OnnxInitializers(Self.small)?.tensors == ["w": .init(shape: [2], values: [1, -2])])
    }

    @Test func `a file that ends early is never read beyond its end`() {
        for length in 5..<Self.small.count {
            #expect(OnnxInitializers(Array(Self.small.prefix(length)))?.tensors == nil, "\(length)")
        }
    }

    @Test func `ten thousand damaged files do not trap`() {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<10_000 {
            var bytes = Self.small
            for _ in 0..<3 {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(in: 0...255, using: &generator)
            }
            _ = OnnxInitializers(bytes)
        }
    }
}
