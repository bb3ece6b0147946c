/// The folder that the owner keeps songs in. Reads the disk and blocks: call it on a `FileExecutor`.
///
/// `FolderWalk` keeps it from reading anything outside.
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
        /// A limit was reached: there is more than is known.
        var isCut = false
    }

    /// Every song; none when the folder is not there.
    func scan() -> Contents {
        var contents = Contents()
        guard var walk = FolderWalk(path) else { return contents }
        walk.entries = limits.entries
        walk.depth = limits.depth
        let isWhole = walk.run { file in
            let song = Song(path: file.path)
            guard extensions.contains(song.fileExtension), !song.title.isEmpty else { return true }
            guard contents.songs.count < limits.songs else { return false }
            contents.songs.append(song)
            return true
        }
        contents.isCut = !isWhole
        return contents
    }

    /// Where a song is, if it is still in the folder and no link leads out of it by now.
    func resolve(_ song: Song) -> String? { FolderWalk(path)?.resolve(song.path) }
}
