/// What `SpeechCache` keeps and for how long. Pure.
struct SpeechShelf {
    private struct Entry {
        var packets: [[UInt8]]
        var size: Int
        var kept: Duration
        var lastUse: Int
    }

    /// An entry is made anew after this long: a chain of voices may have spoken it with its second choice.
    static let lifetime = Duration.seconds(600)
    /// Packets of one entry: six seconds.
    static let longest = 100
    /// Sentences that were said once are remembered by hash, in two generations of this many.
    private static let remembered = 2048

    private let limit: Int
    private var entries: [SpeechKey: Entry] = [:]
    private(set) var size = 0
    private var uses = 0
    private var recent: Set<Int> = []
    private var older: Set<Int> = []

    /// - Parameter limit: bytes.
    init(limit: Int) { self.limit = limit }

    mutating func packets(for key: SpeechKey, at now: Duration) -> [[UInt8]]? {
        guard let entry = entries[key] else { return nil }
        guard now - entry.kept < Self.lifetime else {
            remove(key)
            return nil
        }
        uses += 1
        entries[key]?.lastUse = uses
        return entry.packets
    }

    mutating func admits(_ key: SpeechKey, isAnswer: Bool) -> Bool {
        guard isAnswer else { return true }
        let hash = key.hashValue
        if recent.contains(hash) || older.contains(hash) { return true }
        if recent.count >= Self.remembered {
            older = recent
            recent = []
        }
        recent.insert(hash)
        return false
    }

    /// Keeps a whole sentence; what was used longest ago makes room.
    mutating func keep(_ packets: [[UInt8]], for key: SpeechKey, at now: Duration) {
        let bytes = packets.reduce(0) { $0 + $1.count }
        guard !packets.isEmpty, packets.count <= Self.longest, bytes <= limit else { return }
        remove(key)
        while size + bytes > limit, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })?.key {
            remove(oldest)
        }
        uses += 1
        entries[key] = Entry(packets: packets, size: bytes, kept: now, lastUse: uses)
        size += bytes
    }

    private mutating func remove(_ key: SpeechKey) {
        if let entry = entries.removeValue(forKey: key) { size -= entry.size }
    }
}
