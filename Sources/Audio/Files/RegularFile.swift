import Glibc

/// An open regular file, closed with its owner.
///
/// Opening never waits: a named pipe or a device that carries the name of a song is refused.
final class RegularFile {
    let descriptor: Int32
    /// Bytes, when it was opened.
    let size: Int64

    /// - Throws: `AudioError.invalidData` when it cannot be opened or is no regular file.
    init(path: String) throws(AudioError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw AudioError(.invalidData, "cannot open the file: \(String(cString: strerror(errno)))")
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw AudioError(.invalidData, "not a regular file")
        }
        self.descriptor = descriptor
        size = Int64(status.st_size)
    }

    deinit { close(descriptor) }

    /// Reads from a place in the file.
    ///
    /// - Returns: up to `count` bytes; fewer at the end of the file only.
    /// - Throws: `AudioError.invalidData` when the disk does.
    func read(_ count: Int, at offset: Int64) throws(AudioError) -> [UInt8] {
        var failure: Int32 = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            let result = read(into: UnsafeMutableRawBufferPointer(buffer), at: offset)
            filled = max(result, 0)
            if result < 0 { failure = errno }
        }
        guard failure == 0 else {
            throw AudioError(.invalidData, "cannot read the file: \(String(cString: strerror(failure)))")
        }
        return bytes
    }

    /// Fills a buffer from a place in the file.
    ///
    /// - Returns: the bytes read, fewer than asked for at the end of the file only; -1 with `errno` when the disk fails.
    func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int64) -> Int {
        var filled = 0
        while filled < buffer.count, let start = buffer.baseAddress {
            let result = pread(descriptor, start + filled, buffer.count - filled, off_t(offset) + off_t(filled))
            if result < 0, errno == EINTR { continue }
            guard result >= 0 else { return -1 }
            guard result > 0 else { break }
            filled += result
        }
        return filled
    }
}
