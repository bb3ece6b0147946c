import FoundationEssentials
import GRDB
import JSON
import Storage
import Testing

@Suite struct DatabaseTests {
    @Test func `a new database has every table`() throws {
        let database = try Database(path: nil)
        let tables = try database.writer.read { try String.fetchAll($0, sql: "SELECT name FROM sqlite_master") }
        #expect(Set(tables).isSuperset(of: ["reminder", "document", "documentChunk", "documentTerms"]))
    }

    @Test(arguments: [nil, 0o644]) func `nobody but the owner may read the files`(before mode: Int?) throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "yuyan-\(UUID().uuidString).sqlite").path()
        let files = ["", "-wal", "-shm"].map { path + $0 }
        defer { for file in files { try? FileManager.default.removeItem(atPath: file) } }
        if let mode {
            #expect(FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: mode]))
        }
        let database = try Database(path: path)
        for file in files {
            let attributes = try FileManager.default.attributesOfItem(atPath: file)
            #expect((attributes[.posixPermissions] as? Int ?? 0) & 0o077 == 0, "\(file)")
        }
        _ = database
    }

    @Test func `turns, reports and documents of a damaged file are passed over`() async throws {
        let database = try Database(path: nil)
        let documents = DocumentStore(database)
        let good = StoredDocument(path: "/a", name: "a", size: 1, modifiedAt: 1, problem: nil)
        try documents.keep(good, chunks: ["the kettle is red"])
        let entry = JournalEntry(
            sessionID: "s", deviceID: "d", turn: 1, endedAt: 5, ending: "completed", timings: [:])
        try await TurnStore(database).write([entry], reportingTo: ["file"])
        try await database.writer.write { database in
            for (turn, endedAt, userText) in [("'x'", "1", "'a'"), ("1", "1e300", "'a'"), ("1", "1", "x'ff00'")] {
                try database.execute(
                    sql: """
                        INSERT INTO turn (sessionID, deviceID, turn, endedAt, ending, timings, userText)
                        VALUES ('s', 'd', \(turn), \(endedAt), 'completed', '{}', \(userText))
                        """)
            }
            try database.execute(
                sql: "INSERT INTO report (sink, deviceID, createdAt, body) VALUES ('file', 'd', 'now', x'ff')")
            try database.execute(
                sql:
                    "INSERT INTO document (path, name, size, modifiedAt) VALUES ('/b', 'b', 'big', 1), (x'ff', 'c', 1, 1)"
            )
            try database.execute(
                sql: "INSERT INTO documentChunk (documentID, text) SELECT id, x'ff' FROM document WHERE path = '/b'")
            try database.execute(
                sql: "INSERT INTO documentTerms (rowid, terms) VALUES (?, 'kettle')",
                arguments: [database.lastInsertedRowID])
        }
        #expect(try await TurnStore(database).latest(10) == [entry])
        #expect(try await TurnStore(database).latest(10, of: "d") == [entry])
        #expect(try await ReportStore(database).waiting(for: "file", after: 0, limit: 9).map(\.id) == [1])
        #expect(try documents.documents() == [good])
        #expect(try await documents.search("kettle", limit: 9).map(\.name) == ["a"])
    }
}
