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

    /// The file is new or of an earlier version, at its place or behind a link.
    @Test(arguments: [false, true], [false, true])
    func `nobody but the owner may read the files`(isOld: Bool, isLinked: Bool) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "yuyan-\(UUID().uuidString)").path()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let file = "\(folder)/yuyan.sqlite"
        let path = isLinked ? "\(folder)/link" : file
        if isLinked { try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: file) }
        func mode(_ path: String) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        }
        // Open all the while, or SQLite would take its log away.
        var earlier: Storage.Database?
        if isOld {
            earlier = try Database(path: file)
            for suffix in ["", "-wal", "-shm"] {
                try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: file + suffix)
            }
        }
        let database = try Database(path: path)
        for suffix in ["", "-wal", "-shm"] { #expect(try mode(file + suffix) == 0o600, "\(suffix)") }
        withExtendedLifetime((earlier, database)) {}
    }

    @Test func `a group that the owner let in stays in`() throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "yuyan-\(UUID().uuidString).sqlite").path()
        defer { for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) } }
        #expect(FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o640]))
        _ = try Database(path: path)
        #expect(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int == 0o640)
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
        #expect(try await ReportStore(database).count(for: "file") == 1)
        #expect(try documents.documents() == [good])
        #expect(try await documents.search("kettle", limit: 9).map(\.name) == ["a"])
        #expect(try await TurnStore(database).trim(before: 0, keeping: 9) == 3)
        #expect(try await ReportStore(database).trim(before: 0, keeping: 9) == 1)
    }
}
