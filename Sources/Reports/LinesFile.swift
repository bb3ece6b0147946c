import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A file that grows by whole lines: what could not be written whole is taken back, so no reader meets half a line.
/// Blocking; for a thread of its own.
final class LinesFile: Sendable {
    private let path: String
    private let limit: Int
    private let kept: Int
    /// -1 until it is open.
    private let descriptor = Mutex<Int32>(-1)

    /// - Parameters:
    ///   - limit: bytes; a file that would grow beyond becomes `path.1`, that one `path.2`, and so on.
    ///   - kept: how many of those are kept.
    init(path: String, limit: Int, kept: Int) {
        self.path = path
        self.limit = limit
        self.kept = kept
    }

    deinit { descriptor.withLock { if $0 >= 0 { _ = close($0) } } }

    /// Adds lines and waits until the disk has them.
    ///
    /// - Throws: when the system refuses; the file is as it was then.
    func append(_ bytes: [UInt8]) throws(LinesFileError) {
        try descriptor.withLock { descriptor throws(LinesFileError) in
            if descriptor < 0 { descriptor = try openFile() }
            var size = try Self.size(descriptor)
            if size > 0, size + bytes.count > limit {
                _ = close(descriptor)
                descriptor = -1
                try rotate()
                descriptor = try openFile()
                size = 0
            }
            do throws(LinesFileError) {
                try Self.write(bytes, to: descriptor)
                guard fsync(descriptor) == 0 else { throw LinesFileError("fsync") }
            } catch {
                _ = ftruncate(descriptor, off_t(size))
                // Opened anew next time: a deleted folder or a disk mounted again is found then.
                _ = close(descriptor)
                descriptor = -1
                throw error
            }
        }
    }

    /// Opens for appending, without the half line that a crash may have left at the end.
    private func openFile() throws(LinesFileError) -> Int32 {
        let descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw LinesFileError("open") }
        do throws(LinesFileError) {
            let size = try Self.size(descriptor)
            var end = size
            var byte: UInt8 = 0
            while end > 0, pread(descriptor, &byte, 1, off_t(end - 1)) == 1, byte != UInt8(ascii: "\n") { end -= 1 }
            if end < size, ftruncate(descriptor, off_t(end)) != 0 { throw LinesFileError("ftruncate") }
        } catch {
            _ = close(descriptor)
            throw error
        }
        return descriptor
    }

    private func rotate() throws(LinesFileError) {
        for number in stride(from: kept - 1, through: 1, by: -1) {
            _ = rename("\(path).\(number)", "\(path).\(number + 1)")
        }
        guard kept > 0 ? rename(path, "\(path).1") == 0 : unlink(path) == 0 else { throw LinesFileError("rename") }
    }

    private static func size(_ descriptor: Int32) throws(LinesFileError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw LinesFileError("fstat") }
        return Int(status.st_size)
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) throws(LinesFileError) {
        var offset = 0
        while offset < bytes.count {
            #if canImport(Glibc)
                let written = bytes[offset...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            #else
                let written = bytes[offset...].withUnsafeBytes { Darwin.write(descriptor, $0.baseAddress, $0.count) }
            #endif
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw LinesFileError("write") }
            offset += written
        }
    }
}

/// What the system refused, and why.
struct LinesFileError: Error, CustomStringConvertible {
    let call: String
    let number: Int32

    init(_ call: String) {
        self.call = call
        number = errno
    }

    var description: String { "\(call): \(String(cString: strerror(number)))" }
}
