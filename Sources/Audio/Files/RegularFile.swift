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
            while filled < count, let start = buffer.baseAddress {
                let result = pread(descriptor, start + filled, count - filled, off_t(offset) + off_t(filled))
                if result < 0, errno == EINTR { continue }
                if result < 0 { failure = errno }
                guard result > 0 else { break }
                filled += result
            }
        }
        guard failure == 0 else {
            throw AudioError(.invalidData, "cannot read the file: \(String(cString: strerror(failure)))")
        }
        return bytes
    }
}
