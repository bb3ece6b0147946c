/// What a track has given of which song, to find the place that an ear had reached. Pure.
struct PlayLedger: Sendable {
    /// A place in a song.
    struct Place: Sendable, Equatable {
        var path: String
        var position: Duration
        /// Nothing is left of it.
        var isFinished = false
    }

    private struct Entry {
        let path: String
        let start: Duration
        var emitted = Duration.zero
        var isComplete = false
    }
    private var entries: [Entry] = []

    /// How near to the end counts as heard to the end: nobody resumes a last chord.
    private static let tail = Duration.seconds(1)

    mutating func begin(_ path: String, at start: Duration) { entries.append(Entry(path: path, start: start)) }

    mutating func emitted(_ duration: Duration) {
        guard !entries.isEmpty else { return }
        entries[entries.count - 1].emitted += duration
    }

    /// The last song was given to its end.
    mutating func complete() {
        guard !entries.isEmpty else { return }
        entries[entries.count - 1].isComplete = true
    }

    /// The place after so much sound of the track; nil before the first song.
    func place(after heard: Duration) -> Place? {
        var rest = max(heard, .zero)
        for (index, entry) in entries.enumerated() {
            let isLast = index == entries.count - 1
            if rest < entry.emitted || isLast {
                let played = min(rest, entry.emitted)
                let isFinished = entry.isComplete && played + Self.tail >= entry.emitted
                return Place(path: entry.path, position: entry.start + played, isFinished: isFinished)
            }
            rest -= entry.emitted
        }
        return nil
    }

    /// The place of the sound that was given last.
    var latest: Place? { place(after: entries.reduce(.zero) { $0 + $1.emitted }) }
}
