import Glibc

/// The folder that the owner keeps songs in. Reads the disk and blocks: call it on a `FileExecutor`.
///
/// Links to files inside the folder are songs too; links that lead out of it are not, and linked folders are not
/// entered, so nothing outside is ever read and no walk goes round in circles.
struct MusicFolder: Sendable {
    let path: String
    /// Lower case, without dots.
    let extensions: Set<String>
    var limits = Limits()

    /// What one scan takes in.
    struct Limits: Sendable {
        var songs = 10_000
        var entries = 200_000
        var depth = 16
    }

    /// What a scan found.
    struct Contents: Sendable {
        var songs: [Song] = []
        var entries = 0
        /// A limit was reached: there is more than is known.
        var isCut = false
    }

    /// Every song; none when the folder is not there.
    func scan() -> Contents {
        var contents = Contents()
        guard let root = Self.resolved(path) else { return contents }
        scan("", root: root, depth: 0, into: &contents)
        return contents
    }

    /// Where a song is, if it is still in the folder and no link leads out of it by now.
    func resolve(_ song: Song) -> String? {
        guard let root = Self.resolved(path), let file = Self.resolved("\(path)/\(song.path)"),
            Self.isInside(file, root)
        else { return nil }
        return file
    }

    private func scan(_ folder: String, root: String, depth: Int, into contents: inout Contents) {
        guard depth < limits.depth, let stream = opendir(folder.isEmpty ? root : "\(root)/\(folder)") else { return }
        var folders: [String] = []
        while let entry = readdir(stream) {
            guard contents.entries < limits.entries, contents.songs.count < limits.songs else {
                contents.isCut = true
                break
            }
            contents.entries += 1
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
            case S_IFREG: add(path, to: &contents)
            case S_IFLNK:
                guard let target = Self.resolved("\(root)/\(path)"), Self.isInside(target, root),
                    lstat(target, &status) == 0, status.st_mode & S_IFMT == S_IFREG
                else { continue }
                add(path, to: &contents)
            default: continue
            }
        }
        // Closed before going deeper: one open folder at a time.
        closedir(stream)
        for path in folders where !contents.isCut { scan(path, root: root, depth: depth + 1, into: &contents) }
    }

    private func add(_ path: String, to contents: inout Contents) {
        let song = Song(path: path)
        guard extensions.contains(song.fileExtension), !song.title.isEmpty else { return }
        contents.songs.append(song)
    }

    private static func isInside(_ path: String, _ root: String) -> Bool {
        path.hasPrefix(root.hasSuffix("/") ? root : root + "/")
    }

    /// The path without links and dots; nil when there is nothing.
    private static func resolved(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(validatingCString: resolved)
    }
}
