import Audio
import Flow
import Logging
import Synchronization

/// What songs there are, known without a turn waiting for the disk: an index that is older than the refresh time is
/// used once more while a new scan runs on the library's own thread. No song asked for, no scan.
final class MusicLibrary: Sendable {
    private struct State {
        var index = SongIndex()
        var scannedAt: Int64?
        /// Opens when the running scan is done.
        var scan: Latch?
    }
    let folder: MusicFolder
    /// Seconds.
    private let refreshTime: Int64
    private let now: @Sendable () -> Int64
    private let executor = FileExecutor(label: "yuyan.music.scan")
    private let logger: Logger
    private let state = Mutex(State())

    /// - Parameters:
    ///   - refreshTime: seconds an index is good for.
    ///   - now: seconds since 1970.
    init(folder: MusicFolder, refreshTime: Int64, now: @escaping @Sendable () -> Int64, logger: Logger) {
        self.folder = folder
        self.refreshTime = refreshTime
        self.now = now
        self.logger = logger
    }

    /// The songs, at once; only before the first scan has ended this waits, until then or until the task is cancelled.
    func index() async -> SongIndex {
        if let scan = refresh(), state.withLock({ $0.scannedAt == nil }) { await scan.wait() }
        return state.withLock { $0.index }
    }

    /// The songs after a scan that is due: for a wish that the old index does not know.
    func currentIndex() async -> SongIndex {
        await refresh()?.wait()
        return state.withLock { $0.index }
    }

    /// Starts a scan if the index is too old.
    ///
    /// - Returns: a latch that opens when the running scan is done; nil when none is needed.
    @discardableResult
    func refresh() -> Latch? {
        let now = now()
        let (scan, isNew) = state.withLock { state -> (Latch?, Bool) in
            if let scan = state.scan { return (scan, false) }
            // A clock that was set back must not stop the scans.
            if let scannedAt = state.scannedAt, (scannedAt..<scannedAt + refreshTime).contains(now) {
                return (nil, false)
            }
            let scan = Latch()
            state.scan = scan
            return (scan, true)
        }
        if let scan, isNew { executor.perform { self.run(scan, at: now) } }
        return scan
    }

    private func run(_ scan: Latch, at moment: Int64) {
        let contents = folder.scan()
        if contents.isCut {
            logger.warning("the music folder holds more than is played", metadata: ["songs": "\(contents.songs.count)"])
        }
        let index = SongIndex(contents.songs)
        state.withLock { state in
            state.index = index
            state.scannedAt = moment
            state.scan = nil
        }
        scan.open()
    }
}
