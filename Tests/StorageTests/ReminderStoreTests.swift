import GRDB
import Storage
import Testing

@Suite struct ReminderStoreTests {
    @Test func `rows of a damaged file are passed over, and the good one beside them is read`() async throws {
        let database = try Database(path: nil)
        let store = ReminderStore(database)
        let good = Reminder(id: 0, deviceID: "d", words: "tea", language: nil, dueAt: 100, isTimer: false)
        _ = try await store.add(good)
        try await database.writer.write { database in
            for (words, dueAt) in [
                ("'a'", "9223372036854775000"), ("'b'", "1e300"), ("x'ff00fe'", "50"), ("'c'", "'soon'"), ("'e'", "-5"),
            ] {
                try database.execute(
                    sql: """
                        INSERT INTO reminder (deviceID, words, language, dueAt, isTimer)
                        VALUES ('d', \(words), 'en', \(dueAt), 0)
                        """)
            }
        }
        #expect(try await store.reminders(of: "d").map(\.words) == ["tea"])
        #expect(try await store.due(after: .min, upTo: .max, limit: 10).map(\.words) == ["tea"])
        #expect(try await store.nextDue(after: .min) == 100)
        #expect(try await store.nextDue(after: 100) == nil)
    }
}
