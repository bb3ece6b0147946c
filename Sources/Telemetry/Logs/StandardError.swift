import Glibc
import Synchronization

/// Where the log goes: whole lines, one after the other, from any task.
package enum StandardError {
    private static let turn = Mutex(())

    package static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    package static func write(_ line: [UInt8]) {
        turn.withLock { _ in
            var rest = line[...]
            while !rest.isEmpty {
                let count = rest.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
                guard count > 0 else { return }
                rest = rest.dropFirst(count)
            }
        }
    }
}
