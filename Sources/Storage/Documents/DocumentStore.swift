import GRDB

/// The owner's documents in the database, in pieces that can be found by their words.
///
/// Every function throws `DatabaseError` when the disk fails. Those that change something block their thread and are
/// for one thread beside the conversations; one document is one transaction, so reminders wait for no more than that.
package struct DocumentStore: Sendable {
    private let writer: any DatabaseWriter

    package init(_ database: Database) { writer = database.writer }

    /// Every document that is known, by its name. Blocks.
    package func documents() throws -> [StoredDocument] {
        try writer.read { try Self.fetch($0, "TRUE ORDER BY name, path", []) }
    }

    /// Documents that cannot be searched, by their name.
    ///
    /// - Parameter limit: how many at most.
    /// - Throws: also `CancellationError` with its task.
    package func problems(limit: Int) async throws -> [StoredDocument] {
        try await writer.read { try Self.fetch($0, "problem IS NOT NULL ORDER BY name, path LIMIT ?", [limit]) }
    }

    /// Keeps a document in place of what was known under its path.
    ///
    /// - Parameter chunks: its text in pieces; none when there is a problem.
    package func keep(_ document: StoredDocument, chunks: [String]) throws {
        try writer.write { database in
            try Self.remove(document.path, database)
            try database.execute(
                sql: "INSERT INTO document (path, name, size, modifiedAt, problem) VALUES (?, ?, ?, ?, ?)",
                arguments: [
                    document.path, document.name, document.size, document.modifiedAt, document.problem,
                ])
            let id = database.lastInsertedRowID
            for chunk in chunks {
                try database.execute(
                    sql: "INSERT INTO documentChunk (documentID, text) VALUES (?, ?)", arguments: [id, chunk])
                try database.execute(
                    sql: "INSERT INTO documentTerms (rowid, terms) VALUES (?, ?)",
                    arguments: [database.lastInsertedRowID, SearchTerms.indexed(chunk)])
            }
        }
    }

    /// Forgets a document; nothing happens when it is not known.
    package func remove(_ path: String) throws {
        try writer.write { try Self.remove(path, $0) }
    }

    /// The pieces that fit a question best, the best first. Any text is a question; none of it is taken as an operator.
    ///
    /// - Parameter limit: how many at most.
    /// - Throws: also `CancellationError` with its task.
    package func search(_ question: String, limit: Int) async throws -> [DocumentChunk] {
        guard let query = SearchTerms.query(question) else { return [] }
        return try await writer.read { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT document.name, documentChunk.text FROM documentTerms
                    JOIN documentChunk ON documentChunk.id = documentTerms.rowid
                    JOIN document ON document.id = documentChunk.documentID
                    WHERE \(Self.isSoundChunk) AND documentTerms MATCH ?
                    ORDER BY bm25(documentTerms), documentChunk.id LIMIT ?
                    """, arguments: [query, limit]
            ).map { DocumentChunk(name: $0["name"], text: $0["text"]) }
        }
    }

    private static let isSoundChunk = SoundRow.condition(texts: ["document.name", "documentChunk.text"])
    private static let isSound = SoundRow.condition(
        texts: ["path", "name"], optionalTexts: ["problem"], integers: ["size", "modifiedAt"])

    /// - Parameter condition: of a `WHERE`, with what follows it.
    private static func fetch(
        _ database: GRDB.Database, _ condition: String, _ arguments: StatementArguments
    ) throws -> [StoredDocument] {
        try Row.fetchAll(
            database,
            sql: "SELECT path, name, size, modifiedAt, problem FROM document WHERE \(isSound) AND \(condition)",
            arguments: arguments
        ).map { row in
            StoredDocument(
                path: row["path"], name: row["name"], size: row["size"], modifiedAt: row["modifiedAt"],
                problem: row["problem"])
        }
    }

    private static func remove(_ path: String, _ database: GRDB.Database) throws {
        let condition = "documentID = (SELECT id FROM document WHERE path = ?)"
        try database.execute(
            sql: "DELETE FROM documentTerms WHERE rowid IN (SELECT id FROM documentChunk WHERE \(condition))",
            arguments: [path])
        try database.execute(sql: "DELETE FROM documentChunk WHERE \(condition)", arguments: [path])
        try database.execute(sql: "DELETE FROM document WHERE path = ?", arguments: [path])
    }
}
