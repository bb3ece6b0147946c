import GRDB
import JSON

/// The finished turns in the database.
///
/// Every function throws `DatabaseError` when the disk fails; none is cut short by cancellation of its task.
package struct TurnStore: Sendable {
    private let writer: any DatabaseWriter

    package init(_ database: Database) {
        writer = database.writer
    }

    /// Writes turns and a report of each for every sink, in one transaction: all or nothing.
    package func write(_ entries: [JournalEntry], reportingTo sinks: [String]) async throws {
        try await writer.uncancelledWrite { database in
            let turn = try database.cachedStatement(
                sql: """
                    INSERT INTO turn (sessionID, deviceID, turn, endedAt, ending, timings, userText, heardText)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                    """)
            let report = try database.cachedStatement(
                sql: "INSERT INTO report (sink, deviceID, createdAt, body) VALUES (?, ?, ?, ?)")
            for entry in entries {
                try turn.execute(arguments: [
                    entry.sessionID, entry.deviceID, entry.turn, entry.endedAt, entry.ending,
                    entry.timings.description, entry.userText, entry.heardText,
                ])
                guard !sinks.isEmpty else { continue }
                let body = entry.json.description
                for sink in sinks {
                    try report.execute(arguments: [sink, entry.deviceID, entry.endedAt, body])
                }
            }
        }
    }

    /// The last turns, the newest first.
    ///
    /// - Parameter deviceID: of this device; nil: of all.
    package func latest(_ limit: Int, of deviceID: String? = nil) async throws -> [JournalEntry] {
        try await writer.uncancelledRead { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT sessionID, deviceID, turn, endedAt, ending, timings, userText, heardText FROM turn
                    WHERE \(Self.isSound) \(deviceID == nil ? "" : "AND deviceID = :device")
                    ORDER BY id DESC LIMIT :limit
                    """,
                arguments: deviceID.map { ["device": $0, "limit": limit] } ?? ["limit": limit]
            ).map { row in
                JournalEntry(
                    sessionID: row["sessionID"], deviceID: row["deviceID"], turn: row["turn"],
                    endedAt: row["endedAt"], ending: row["ending"],
                    timings: (try? JSON(parsing: row["timings"] as String)) ?? .null, userText: row["userText"],
                    heardText: row["heardText"])
            }
        }
    }

    private static let isSound = SoundRow.condition(
        texts: ["sessionID", "deviceID", "ending", "timings"], optionalTexts: ["userText", "heardText"],
        integers: ["turn", "endedAt"])

    package func count() async throws -> Int {
        try await writer.uncancelledRead { try Int.fetchOne($0, sql: "SELECT COUNT(*) FROM turn") ?? 0 }
    }

    /// Forgets damaged turns, turns that ended before a moment and, the oldest first, those beyond a number.
    ///
    /// - Returns: how many were forgotten.
    package func trim(before moment: Int64, keeping limit: Int) async throws -> Int {
        try await writer.uncancelledWrite { database in
            try database.execute(
                sql: "DELETE FROM turn WHERE endedAt < ? OR NOT (\(Self.isSound))", arguments: [moment])
            let old = database.changesCount
            try database.execute(
                sql: "DELETE FROM turn WHERE id <= (SELECT id FROM turn ORDER BY id DESC LIMIT 1 OFFSET ?)",
                arguments: [limit])
            return old + database.changesCount
        }
    }
}
