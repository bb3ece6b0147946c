import Glibc

/// A file descriptor that lines are written to, never for longer than a moment: once its pipe has been full for so long,
/// lines are dropped and counted until there is room again.
package struct LogOutput: Sendable {
    /// How long one line may wait for a reader, in milliseconds; behind it nothing waits.
    private static let patience: Int32 = 50
    /// A pipe that can be written to takes so many bytes at once (`PIPE_BUF`).
    private static let piece = 4096

    private let descriptor: Int32
    private var isStalled = false
    private var lost = 0
    /// A line was cut in the middle.
    private var isBroken = false

    package init(descriptor: Int32) {
        self.descriptor = descriptor
    }

    package mutating func write(_ line: [UInt8]) {
        guard isReady() else {
            lost += 1
            return
        }
        if lost > 0 {
            let note =
                #"{"level":"warning","component":"log","message":"log lines were lost: nobody read them","lines":"\#(lost)"}"#
            guard put(Array((isBroken ? "\n" : "").utf8) + Array(note.utf8) + [0x0A]) else { return }
            lost = 0
            isBroken = false
        }
        if !put(line) { lost += 1 }
    }

    /// - Returns: whether all of it is out.
    private mutating func put(_ bytes: [UInt8]) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            guard isReady() else {
                isBroken = isBroken || rest.count < bytes.count
                return false
            }
            let part = rest.prefix(Self.piece)
            let count = part.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { return true }
            rest = rest.dropFirst(count)
        }
        return true
    }

    /// Whether a piece can be written without waiting.
    private mutating func isReady() -> Bool {
        var poll = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        let result = Glibc.poll(&poll, 1, isStalled ? 0 : Self.patience)
        // An error of the descriptor itself is for `write` to find.
        isStalled = result == 0
        return !isStalled
    }
}
