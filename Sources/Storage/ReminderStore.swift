import GRDB

/// The reminders in the database, so that they survive a restart.
///
/// Every function throws `DatabaseError` when the disk fails and, but for `remove`, `CancellationError` with its task.
/// What a device asks for names the device, so no device sees or cancels the reminders of another.
package struct ReminderStore: Sendable {
    /// Why a reminder was not taken.
    package enum Refusal: Error, Sendable, Equatable {
        /// The device has as many as it may have.
        case deviceIsFull(limit: Int)
        /// The server has as many as it may have.
        case serverIsFull
    }

    private let writer: any DatabaseWriter
    private let deviceLimit: Int
    private let serverLimit: Int

    /// - Parameters:
    ///   - deviceLimit: reminders of one device.
    ///   - serverLimit: reminders of all devices.
    package init(_ database: Database, deviceLimit: Int = 100, serverLimit: Int = 100_000) {
        writer = database.writer
        self.deviceLimit = deviceLimit
        self.serverLimit = serverLimit
    }

    /// Keeps a reminder.
    ///
    /// - Returns: its number.
    /// - Throws: `Refusal` when there are too many.
    package func add(_ reminder: Reminder) async throws -> Int64 {
        try await writer.write { [deviceLimit, serverLimit] database in
            let own = try Int.fetchOne(
                database, sql: "SELECT COUNT(*) FROM reminder WHERE deviceID = ?", arguments: [reminder.deviceID])
            guard own ?? 0 < deviceLimit else { throw Refusal.deviceIsFull(limit: deviceLimit) }
            let all = try Int.fetchOne(database, sql: "SELECT COUNT(*) FROM reminder")
            guard all ?? 0 < serverLimit else { throw Refusal.serverIsFull }
            try database.execute(
                sql: "INSERT INTO reminder (deviceID, words, language, dueAt, isTimer) VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    reminder.deviceID, reminder.words, reminder.language, reminder.dueAt, reminder.isTimer,
                ])
            return database.lastInsertedRowID
        }
    }

    /// The reminders of a device, the next first.
    package func reminders(of deviceID: String) async throws -> [Reminder] {
        try await writer.read { database in
            try Self.fetch(database, "deviceID = ? ORDER BY dueAt, id", [deviceID])
        }
    }

    /// Cancels one reminder of a device.
    ///
    /// - Returns: what was cancelled; nil when the device has no such reminder.
    package func cancel(_ id: Int64, of deviceID: String) async throws -> Reminder? {
        try await writer.write { database in
            let reminder = try Self.fetch(database, "id = ? AND deviceID = ?", [id, deviceID]).first
            guard reminder != nil else { return nil }
            try database.execute(sql: "DELETE FROM reminder WHERE id = ?", arguments: [id])
            return reminder
        }
    }

    /// Cancels every reminder of a device.
    ///
    /// - Returns: how many there were.
    package func cancelAll(of deviceID: String) async throws -> Int {
        try await writer.write { database in
            try database.execute(sql: "DELETE FROM reminder WHERE deviceID = ?", arguments: [deviceID])
            return database.changesCount
        }
    }

    /// Those whose moment lies in a range, the earliest first.
    ///
    /// - Parameters:
    ///   - start: seconds since 1970; later than this.
    ///   - end: seconds since 1970; not later than this.
    ///   - limit: how many at most.
    package func due(after start: Int64, upTo end: Int64, limit: Int) async throws -> [Reminder] {
        try await writer.read { database in
            try Self.fetch(
                database, "dueAt > ? AND dueAt <= ? ORDER BY dueAt, id LIMIT ?", [start, end, limit])
        }
    }

    /// Those of a device whose moment has come, the earliest first.
    package func due(of deviceID: String, upTo end: Int64) async throws -> [Reminder] {
        try await writer.read { database in
            try Self.fetch(database, "deviceID = ? AND dueAt <= ? ORDER BY dueAt, id", [deviceID, end])
        }
    }

    /// The next moment after another; nil when nothing is to come.
    package func nextDue(after moment: Int64) async throws -> Int64? {
        try await writer.read { database in
            try Int64.fetchOne(
                database, sql: "SELECT MIN(dueAt) FROM reminder WHERE \(Self.isSound) AND dueAt > ?",
                arguments: [moment])
        }
    }

    /// Forgets a reminder that was spoken. Not cancelled with its task, or the next start would speak it again.
    package func remove(_ id: Int64) async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            writer.asyncWrite(
                { try $0.execute(sql: "DELETE FROM reminder WHERE id = ?", arguments: [id]) },
                completion: { _, result in continuation.resume(with: result) })
        }
    }

    /// Forgets those whose moment was so long ago that nobody wants to hear them.
    ///
    /// - Returns: what was forgotten.
    package func removeDue(before moment: Int64) async throws -> [Reminder] {
        try await writer.write { database in
            let old = try Self.fetch(database, "dueAt < ? ORDER BY dueAt, id", [moment])
            if !old.isEmpty {
                try database.execute(sql: "DELETE FROM reminder WHERE dueAt < ?", arguments: [moment])
            }
            return old
        }
    }

    /// Up to the year 9999: a moment beyond it is no date that can be spoken.
    private static let isSound =
        SoundRow.condition(
            texts: ["deviceID", "words"], optionalTexts: ["language"], integers: ["dueAt", "isTimer"])
        + " AND dueAt BETWEEN 0 AND 253402300799"

    /// - Parameter condition: of a `WHERE`, with what follows it.
    private static func fetch(
        _ database: GRDB.Database, _ condition: String, _ arguments: StatementArguments
    ) throws -> [Reminder] {
        try Row.fetchAll(
            database,
            sql: "SELECT id, deviceID, words, language, dueAt, isTimer FROM reminder WHERE \(isSound) AND \(condition)",
            arguments: arguments
        ).map { row in
            Reminder(
                id: row["id"], deviceID: row["deviceID"], words: row["words"], language: row["language"],
                dueAt: row["dueAt"], isTimer: row["isTimer"])
        }
    }
}
