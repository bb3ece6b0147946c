/// Cuts a stream of bytes into lines; a line longer than the limit ends the connection. Pure.
struct LineReader {
    struct TooLong: Error, CustomStringConvertible {
        let limit: Int
        var description: String { "a line longer than \(limit) bytes" }
    }
    private var pending: [UInt8] = []
    let limit: Int

    init(limit: Int = 16 << 20) { self.limit = limit }

    mutating func push(_ bytes: [UInt8]) throws(TooLong) -> [[UInt8]] {
        var lines: [[UInt8]] = []
        var start = 0
        for index in bytes.indices where bytes[index] == UInt8(ascii: "\n") {
            pending += bytes[start..<index]
            if pending.last == UInt8(ascii: "\r") { pending.removeLast() }
            if !pending.isEmpty { lines.append(pending) }
            pending.removeAll(keepingCapacity: pending.capacity < 65_536)
            start = index + 1
        }
        pending += bytes[start...]
        guard pending.count <= limit else { throw TooLong(limit: limit) }
        return lines
    }
}
