import GRDB
import JSON

/// The reports that wait for their sinks, in the database, so that they survive a crash.
///
/// A report is written in one transaction with its turn's row (`TurnStore.write`), once for each sink. Every function
/// throws `DatabaseError` when the disk fails; none is cut short by cancellation of its task.
package struct ReportStore: Sendable {
    private let writer: any DatabaseWriter

    package init(_ database: Database) {
        writer = database.writer
    }

    /// The oldest reports a sink has not acknowledged, in the order they were made.
    ///
    /// - Parameter id: only those after this one.
    package func waiting(for sink: String, after id: Int64, limit: Int) async throws -> [Report] {
        try await writer.uncancelledRead { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT id, deviceID, createdAt, body FROM report
                    WHERE \(Self.isSound) AND sink = ? AND id > ? ORDER BY id LIMIT ?
                    """,
                arguments: [sink, id, limit]
            ).map { row in
                Report(
                    id: row["id"], deviceID: row["deviceID"], createdAt: row["createdAt"],
                    body: (try? JSON(parsing: row["body"] as String)) ?? .null)
            }
        }
    }

    private static let isSound = SoundRow.condition(texts: ["deviceID", "body"], integers: ["createdAt"])

    /// How many a sink has not acknowledged.
    package func count(for sink: String) async throws -> Int {
        try await writer.uncancelledRead { database in
            try Int.fetchOne(
                database, sql: "SELECT COUNT(*) FROM report WHERE \(Self.isSound) AND sink = ?", arguments: [sink]) ?? 0
        }
    }

    /// Forgets what a sink has acknowledged: everything up to a number.
    package func acknowledge(_ sink: String, upTo id: Int64) async throws {
        try await writer.uncancelledWrite { database in
            try database.execute(sql: "DELETE FROM report WHERE sink = ? AND id <= ?", arguments: [sink, id])
        }
    }

    /// Forgets reports nobody took, of every sink: damaged ones, those made before a moment and, the oldest first, those
    /// beyond a number for each sink.
    ///
    /// - Returns: how many were forgotten.
    package func trim(before moment: Int64, keeping limit: Int) async throws -> Int {
        try await writer.uncancelledWrite { database in
            try database.execute(
                sql: "DELETE FROM report WHERE createdAt < ? OR NOT (\(Self.isSound))", arguments: [moment])
            var forgotten = database.changesCount
            for sink in try String.fetchAll(database, sql: "SELECT DISTINCT sink FROM report") {
                try database.execute(
                    sql: """
                        DELETE FROM report WHERE sink = ?1 AND id <=
                        (SELECT id FROM report WHERE sink = ?1 ORDER BY id DESC LIMIT 1 OFFSET ?2)
                        """,
                    arguments: [sink, limit])
                forgotten += database.changesCount
            }
            return forgotten
        }
    }
}
