import Synchronization

/// Cuts what is typed into lines; a line without end is forgotten after a kilobyte.
final class TypedText: Sendable {
    private let pending = Mutex<[UInt8]>([])
    private static let longestLine = 1024

    /// - Returns: the lines that are whole now.
    func push(_ bytes: ArraySlice<UInt8>) -> [String] {
        pending.withLock { pending in
            pending += bytes
            var lines: [String] = []
            while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                lines.append(String(decoding: pending[..<end], as: UTF8.self))
                pending.removeFirst(end + 1)
            }
            if pending.count > Self.longestLine { pending = [] }
            return lines
        }
    }
}
