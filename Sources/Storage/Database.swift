package import GRDB

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The one SQLite file of a server, `data/yuyan.sqlite`: write-ahead log, migrations at opening. Only the owner may read
/// it: it holds reminders and documents, and what was said when that is kept.
package struct Database: Sendable {
    package let writer: any DatabaseWriter

    /// Opens and migrates.
    ///
    /// - Parameter path: of the file; nil keeps everything in memory, for tests.
    /// - Throws: `DatabaseError` when the file cannot be opened or was written by a newer Yuyan.
    package init(path: String?) throws {
        var configuration = Configuration()
        configuration.busyMode = .timeout(5)
        configuration.label = "yuyan"
        writer =
            if let path {
                try Self.openPrivately(path, configuration)
            } else {
                try DatabaseQueue(configuration: configuration)
            }
        try Self.migrator.migrate(writer)
    }

    /// SQLite makes its other two files as the first one is, so that one must be right before it is opened.
    private static func openPrivately(_ path: String, _ configuration: Configuration) throws -> DatabasePool {
        // Only a new file: closing a descriptor of one that this process has open would drop SQLite's locks.
        if access(path, F_OK) != 0 {
            let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
            if descriptor >= 0 { _ = close(descriptor) }
        }
        // Behind a link, where the other files are.
        let resolved = realpath(path, nil)
        defer { free(resolved) }
        let place = resolved.map { String(cString: $0) } ?? path
        for suffix in ["", "-wal", "-shm"] {
            var status = stat()
            // Those of an earlier version were readable by everybody; who gave a group the right meant it.
            guard stat(place + suffix, &status) == 0, status.st_mode & 0o007 != 0 else { continue }
            _ = chmod(place + suffix, 0o600)
        }
        return try DatabasePool(path: path, configuration: configuration)
    }

    /// Every version of the schema, in order. A migration that was shipped is never changed.
    private static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 reminders") { database in
            try database.create(table: "reminder") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("deviceID", .text).notNull().indexed()
                table.column("words", .text).notNull()
                table.column("language", .text)
                table.column("dueAt", .integer).notNull().indexed()
                table.column("isTimer", .boolean).notNull()
            }
        }
        migrator.registerMigration("2 documents") { database in
            try database.create(table: "document") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("path", .text).notNull().unique()
                table.column("name", .text).notNull()
                table.column("size", .integer).notNull()
                table.column("modifiedAt", .integer).notNull()
                table.column("problem", .text)
            }
            try database.create(table: "documentChunk") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("documentID", .integer).notNull().indexed().references("document")
                table.column("text", .text).notNull()
            }
            // Row by row beside documentChunk. Its words are SearchTerms', Porter's stems make `keys` find `key`.
            try database.create(virtualTable: "documentTerms", using: FTS5()) { table in
                table.tokenizer = .porter(wrapping: .unicode61(diacritics: .remove))
                table.column("terms")
            }
        }
        migrator.registerMigration("3 journal") { database in
            try database.create(table: "turn") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("sessionID", .text).notNull()
                table.column("deviceID", .text).notNull()
                table.column("turn", .integer).notNull()
                table.column("endedAt", .integer).notNull().indexed()
                table.column("ending", .text).notNull()
                table.column("timings", .text).notNull()
                table.column("userText", .text)
                table.column("heardText", .text)
            }
            try database.create(index: "turn_of_device", on: "turn", columns: ["deviceID", "id"])
            try database.create(table: "report") { table in
                table.autoIncrementedPrimaryKey("id")
                table.column("sink", .text).notNull()
                table.column("deviceID", .text).notNull()
                table.column("createdAt", .integer).notNull().indexed()
                table.column("body", .text).notNull()
            }
            try database.create(index: "report_of_sink", on: "report", columns: ["sink", "id"])
        }
        return migrator
    }
}
