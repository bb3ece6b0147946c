import Glibc
import Synchronization

/// Where the log goes: whole lines, one after the other, from any task.
///
/// A reader that stands still must not stop the server: see `LogOutput`.
package enum StandardError {
    private static let output = Mutex(LogOutput(descriptor: STDERR_FILENO))

    package static var isTerminal: Bool { isatty(STDERR_FILENO) == 1 }

    package static func write(_ line: [UInt8]) { output.withLock { $0.write(line) } }
}
