import Audio
import Flow
import Logging
import Storage
import Synchronization

/// Keeps the index of the documents like the folder, without a turn waiting for the disk for long: a question looks
/// whether the last check is old, and the check runs on the library's own thread. No question, no check.
final class DocumentLibrary: Sendable {
    private struct State {
        var checkedAt: Int64?
        /// Opens when the running check is done.
        var check: Latch?
        var isCut = false
        var isMissing = false
        /// The last check could not be written down.
        var failure: String?
    }

    /// What a question found.
    struct Answer: Sendable {
        var chunks: [DocumentChunk]
        /// What the person should know about the search itself.
        var notes: [String]
    }

    /// Seconds a check is good for.
    private static let freshness: Int64 = 30
    /// How long a question waits for the check; what is known by then answers it.
    private static let patience = Duration.seconds(5)
    /// Documents named at most that cannot be searched.
    private static let namedProblems = 3

    private let folder: DocumentFolder
    private let store: DocumentStore
    private let now: @Sendable () -> Int64
    private let executor = FileExecutor(label: "yuyan.documents")
    private let clock = SessionClock(ContinuousClock())
    private let logger: Logger
    private let state = Mutex(State())

    /// - Parameter now: seconds since 1970.
    init(folder: DocumentFolder, store: DocumentStore, now: @escaping @Sendable () -> Int64, logger: Logger) {
        self.folder = folder
        self.store = store
        self.now = now
        self.logger = logger
    }

    /// - Throws: `DatabaseError` when the database fails, `CancellationError` with the task.
    func search(_ question: String, limit: Int) async throws -> Answer {
        let isCurrent = await isRefreshed()
        try Task.checkCancellation()
        let chunks = try await store.search(question, limit: limit)
        var notes: [String] = []
        if !isCurrent { notes.append("the documents are still being read; there may be more soon") }
        let state = state.withLock { (isCut: $0.isCut, isMissing: $0.isMissing, failure: $0.failure) }
        if let failure = state.failure { notes.append("the index is not up to date: \(failure)") }
        if state.isMissing { notes.append("the folder of the documents is not there") }
        if state.isCut {
            notes.append("the folder holds more than \(folder.limits.files) documents; not all are searched")
        }
        let problems = try await store.problems(limit: Self.namedProblems)
        notes += problems.map { "\($0.name) is not searched: \($0.problem ?? "")" }
        return Answer(chunks: chunks, notes: notes)
    }

    /// Starts a check if the last one is too old.
    ///
    /// - Returns: a latch that opens when the running check is done; nil when none is needed.
    @discardableResult
    func refresh() -> Latch? {
        let now = now()
        let (check, isNew) = state.withLock { state -> (Latch?, Bool) in
            if let check = state.check { return (check, false) }
            // A clock that was set back must not stop the checks.
            if let checkedAt = state.checkedAt, (checkedAt..<checkedAt + Self.freshness).contains(now) {
                return (nil, false)
            }
            let check = Latch()
            state.check = check
            return (check, true)
        }
        if let check, isNew { executor.perform { self.run(check, at: now) } }
        return check
    }

    /// - Returns: false when the check takes longer than a person waits.
    private func isRefreshed() async -> Bool {
        guard let check = refresh() else { return true }
        _ = try? await withProgressDeadline(
            Self.patience, clock: clock, provider: DocumentsPlugin.name, waitingFor: "index"
        ) { _ in await check.wait() }
        return check.isOpen
    }

    private func run(_ check: Latch, at moment: Int64) {
        let contents = folder.scan()
        var failure: String?
        do { try update(contents) } catch {
            failure = "\(error)"
            logger.warning("the documents cannot be indexed", metadata: ["error": "\(error)"])
        }
        state.withLock { state in
            state.checkedAt = moment
            state.isCut = contents.isCut
            state.isMissing = contents.isMissing
            state.failure = failure
            state.check = nil
        }
        check.open()
    }

    /// Makes the index like the folder, one document after the other, so that what was done stays done.
    private func update(_ contents: DocumentFolder.Contents) throws {
        var known: [String: StoredDocument] = [:]
        for document in try store.documents() { known[document.path] = document }
        for file in contents.files {
            let old = known.removeValue(forKey: file.target)
            guard old?.size != file.size || old?.modifiedAt != file.modifiedAt else { continue }
            try index(file)
        }
        for path in known.keys { try store.remove(path) }
    }

    private func index(_ file: FolderWalk.File) throws {
        var document = StoredDocument(
            path: file.target, name: file.path.split(whereSeparator: \.isNewline).joined(separator: " "),
            size: file.size, modifiedAt: file.modifiedAt)
        var chunks: [String] = []
        if file.size > folder.limits.size {
            document.problem = "larger than \(folder.limits.size / 1000) kB"
        } else if let bytes = folder.read(file), let kind = DocumentKind(path: file.path) {
            if let pieces = DocumentPieces.cut(bytes, kind) {
                chunks = pieces
            } else {
                document.problem = "not UTF-8 text"
            }
        } else {
            document.problem = "cannot be read"
            // Tried again at the next check: a right that is given changes neither size nor time.
            document.modifiedAt = -1
        }
        if let problem = document.problem {
            logger.warning("a document is not searched", metadata: ["name": "\(document.name)", "why": "\(problem)"])
        }
        try store.keep(document, chunks: chunks)
    }
}
