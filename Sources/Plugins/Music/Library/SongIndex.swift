/// The songs there are, in the order of their paths. Pure; a new scan makes a new one.
struct SongIndex: Sendable {
    private struct Entry: Sendable {
        let song: Song
        /// The whole title, then its parts: `周杰伦 - 稻香` is asked for by either.
        let keys: [TitleKey]
    }
    private let entries: [Entry]

    /// A likeness up to this is no likeness (the reference's limit).
    static let threshold = 0.4

    init(_ songs: [Song] = []) {
        entries = songs.sorted { $0.path < $1.path }.map { song in
            let parts = song.title.split { "-–—_|()（）[]【】《》「」·".contains($0) }
            let keys = parts.count > 1 ? parts.map { TitleKey($0) }.filter { $0.letters.count > 1 } : []
            return Entry(song: song, keys: [TitleKey(song.title)] + keys)
        }
    }

    var count: Int { entries.count }
    var isEmpty: Bool { entries.isEmpty }
    subscript(position: Int) -> Song { entries[position].song }

    /// The song that a wish means; nil when none is like it.
    func search(_ wish: String) -> Int? {
        let key = TitleKey(wish)
        var best: (position: Int, score: Double)?
        for (position, entry) in entries.enumerated() {
            var score = key.score(of: entry.keys[0])
            for part in entry.keys.dropFirst() { score = max(score, key.score(of: part) * 0.98) }
            if score > best?.score ?? Self.threshold { best = (position, score) }
        }
        return best?.position
    }

    /// Where a song of an earlier scan is now; nil when it is gone.
    func position(of path: String) -> Int? {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].song.path < path { low = middle + 1 } else { high = middle }
        }
        return low < entries.count && entries[low].song.path == path ? low : nil
    }

    /// The song before or behind a path, also when it is gone; from the last on to the first again. nil without songs.
    func neighbour(of path: String, offset: Int) -> Int? {
        guard !isEmpty else { return nil }
        if let position = position(of: path) { return (position + offset % count + count) % count }
        let behind = entries.firstIndex { $0.song.path > path } ?? 0
        return offset > 0 ? behind : (behind - 1 + count) % count
    }

    /// Any song but one that was just heard, if there is another. nil without songs.
    func random(besides path: String?) -> Int? {
        guard !isEmpty else { return nil }
        guard count > 1, let path, let position = position(of: path) else { return Int.random(in: 0..<count) }
        return (position + Int.random(in: 1..<count)) % count
    }
}
