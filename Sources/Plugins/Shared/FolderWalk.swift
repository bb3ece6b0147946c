import Glibc

/// Goes through a folder of the owner. Reads the disk and blocks: call it on a `FileExecutor`.
///
/// Links to files inside the folder are taken; links that lead out of it are not, and linked folders are not entered,
/// so nothing outside is ever read and no walk goes round in circles. Hidden files are left out.
struct FolderWalk: Sendable {
    /// Without links.
    let root: String
    /// Entries looked at, at most.
    var entries = 200_000
    var depth = 16

    /// A file in the folder.
    struct File: Sendable {
        /// From the folder.
        var path: String
        /// Absolute, without links.
        var target: String
        /// Bytes.
        var size: Int64
        /// Nanoseconds since 1970.
        var modifiedAt: Int64
    }

    /// - Returns: nil when the folder is not there.
    init?(_ path: String) {
        guard let root = Self.resolved(path) else { return nil }
        self.root = root
    }

    /// - Parameter take: gets each file; false ends the walk.
    /// - Returns: whether everything was seen.
    func run(_ take: (File) -> Bool) -> Bool {
        var left = entries
        return walk("", depth: depth, left: &left, take)
    }

    /// Where a path leads, when that is inside the folder.
    func resolve(_ path: String) -> String? {
        guard let file = Self.resolved("\(root)/\(path)"), isInside(file) else { return nil }
        return file
    }

    private func walk(_ folder: String, depth: Int, left: inout Int, _ take: (File) -> Bool) -> Bool {
        guard depth > 0, let stream = opendir(folder.isEmpty ? root : "\(root)/\(folder)") else { return true }
        var folders: [String] = []
        var isWhole = true
        while isWhole, let entry = readdir(stream) {
            guard left > 0 else {
                isWhole = false
                break
            }
            left -= 1
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(validating: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            // Hidden files, `.` and `..` begin with a dot; a name that is no UTF-8 cannot be spoken.
            guard let name, !name.hasPrefix(".") else { continue }
            let path = folder.isEmpty ? name : "\(folder)/\(name)"
            var status = stat()
            guard lstat("\(root)/\(path)", &status) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: folders.append(path)
            case S_IFREG: isWhole = take(Self.file(path, "\(root)/\(path)", status))
            case S_IFLNK:
                guard let target = resolve(path), lstat(target, &status) == 0, status.st_mode & S_IFMT == S_IFREG
                else { continue }
                isWhole = take(Self.file(path, target, status))
            default: continue
            }
        }
        // Closed before going deeper: one open folder at a time.
        closedir(stream)
        for path in folders where isWhole { isWhole = walk(path, depth: depth - 1, left: &left, take) }
        return isWhole
    }

    private static func file(_ path: String, _ target: String, _ status: stat) -> File {
        let modified = status.st_mtim
        return File(
            path: path, target: target, size: Int64(status.st_size),
            modifiedAt: Int64(modified.tv_sec) &* 1_000_000_000 &+ Int64(modified.tv_nsec))
    }

    private func isInside(_ path: String) -> Bool { path.hasPrefix(root.hasSuffix("/") ? root : root + "/") }

    /// The path without links and dots; nil when there is nothing.
    private static func resolved(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(validatingCString: resolved)
    }
}
