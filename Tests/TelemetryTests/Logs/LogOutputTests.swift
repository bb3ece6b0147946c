import Glibc
import Telemetry
import Testing

@Suite(.timeLimit(.minutes(1))) struct LogOutputTests {
    @Test func `a reader that stands still loses lines and stops nobody, and hears how many`() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { for end in ends { close(end) } }
        var output = LogOutput(descriptor: ends[1])
        let line = Array((String(repeating: "x", count: 999) + "\n").utf8)
        for _ in 0..<2000 { output.write(line) }

        // The reader wakes up.
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        func drain() {
            var poll = pollfd(fd: ends[0], events: Int16(POLLIN), revents: 0)
            while Glibc.poll(&poll, 1, 0) > 0 {
                let count = read(ends[0], &piece, piece.count)
                guard count > 0 else { return }
                bytes += piece[..<count]
            }
        }
        drain()
        output.write(Array("after\n".utf8))
        drain()
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
        let whole = lines.count { $0.utf8.count == 999 }
        #expect(lines.last == "after")
        #expect(lines.dropLast().last?.contains("\"lines\":\"\(2000 - whole)\"") == true)
        #expect(whole > 40)
    }
}
