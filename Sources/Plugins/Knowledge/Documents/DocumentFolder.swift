import Glibc

/// The folder that the owner keeps documents in. Reads the disk and blocks: call it on a `FileExecutor`.
///
/// `FolderWalk` keeps it from reading anything outside.
struct DocumentFolder: Sendable {
    let path: String
    var limits = Limits()

    /// What is taken in.
    struct Limits: Sendable {
        var files = 1000
        /// Bytes of one file.
        var size: Int64 = 1_000_000
    }

    /// What a scan found.
    struct Contents: Sendable {
        var files: [FolderWalk.File] = []
        /// There are more files than are searched.
        var isCut = false
        /// The folder is not there.
        var isMissing = false
    }

    /// Every document, the too large ones too.
    func scan() -> Contents {
        guard let walk = FolderWalk(path) else { return Contents(isMissing: true) }
        var contents = Contents()
        var targets: Set<String> = []
        let isWhole = walk.run { file in
            guard DocumentKind(path: file.path) != nil else { return true }
            // A link beside its file is the same document.
            guard targets.insert(file.target).inserted else { return true }
            guard contents.files.count < limits.files else { return false }
            contents.files.append(file)
            return true
        }
        contents.isCut = !isWhole
        return contents
    }

    /// Reads a document that a scan found.
    ///
    /// - Returns: nil when it cannot be read, has become something else or has grown beyond the limit.
    func read(_ file: FolderWalk.File) -> [UInt8]? {
        // No link is followed: `target` has none, unless somebody has just put one there. A pipe would not block.
        let descriptor = open(file.target, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_size <= limits.size else {
            return nil
        }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = Glibc.read(descriptor, &piece, piece.count)
            if count < 0 { return nil }
            if count == 0 { return bytes }
            bytes += piece[..<count]
            guard bytes.count <= limits.size else { return nil }
        }
    }
}
