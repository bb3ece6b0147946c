import GRDB
import Storage
import Testing

@Suite struct DatabaseTests {
    @Test func `a new database has every table`() throws {
        let database = try Database(path: nil)
        let tables = try database.writer.read { try String.fetchAll($0, sql: "SELECT name FROM sqlite_master") }
        #expect(Set(tables).isSuperset(of: ["reminder", "document", "documentChunk", "documentTerms"]))
    }
}
