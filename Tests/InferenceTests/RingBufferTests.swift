import Testing

@testable import Inference

@Suite struct RingBufferTests {
    @Test func `elements come out in the order they went in, round the end of the memory`() {
        var buffer = RingBuffer<Int>(capacity: 3)
        var out: [Int] = []
        for number in 0..<10 {
            _ = buffer.append(number)
            if number % 2 == 1 { while let next = buffer.popFirst() { out.append(next) } }
        }
        #expect(out == Array(0..<10))
    }

    @Test func `a full buffer refuses`() {
        var buffer = RingBuffer<Int>(capacity: 2)
        _ = buffer.append(1)
        _ = buffer.append(2)
        let accepted = buffer.append(3)
        #expect(!accepted)
        let rest = buffer.removeAll()
        #expect(rest == [1, 2])
    }

    @Test func `taking one out of the middle keeps the rest in order`() {
        var buffer = RingBuffer<Int>(capacity: 4)
        for number in 0..<3 { _ = buffer.append(number) }
        _ = buffer.popFirst()
        _ = buffer.append(3)
        _ = buffer.append(4)
        let three = buffer.removeFirst { $0 == 3 }
        let nine = buffer.removeFirst { $0 == 9 }
        let rest = buffer.removeAll()
        #expect(three == 3)
        #expect(nine == nil)
        #expect(rest == [1, 2, 4])
    }
}
