import FoundationEssentials
import JSON
import Reports
import Storage
import Testing

@Suite struct FileSinkTests {
    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "yuyan-\(UUID().uuidString)").path()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }

    private func reports(_ ids: ClosedRange<Int64>) -> [Report] {
        ids.map { Report(id: $0, deviceID: "d", createdAt: 1, body: ["turn_id": .integer($0)]) }
    }

    private func ids(_ path: String) throws -> [Int] {
        let text = String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self)
        return try text.split(separator: "\n").map { try JSON(parsing: String($0))["report_id"]?.integer ?? -1 }
    }

    @Test func `every report is a line, also after the file was there before`() async throws {
        try await withFolder { folder in
            try await FileSink(path: "\(folder)/r.jsonl").deliver(reports(1...2))
            try await FileSink(path: "\(folder)/r.jsonl").deliver(reports(3...3))
            #expect(try ids("\(folder)/r.jsonl") == [1, 2, 3])
        }
    }

    @Test func `half a line that a crash left is taken away`() async throws {
        try await withFolder { folder in
            try Data("{\"report_id\":1}\n{\"report_".utf8).write(to: URL(filePath: "\(folder)/r.jsonl"))
            try await FileSink(path: "\(folder)/r.jsonl").deliver(reports(2...2))
            #expect(try ids("\(folder)/r.jsonl") == [1, 2])
        }
    }

    @Test func `a file that is full is put aside, and the oldest are forgotten`() async throws {
        try await withFolder { folder in
            let sink = FileSink(path: "\(folder)/r.jsonl", limit: 70, kept: 2)
            for id in Int64(1)...8 { try await sink.deliver(reports(id...id)) }
            // A line has 29 bytes, so two fit.
            #expect(try ids("\(folder)/r.jsonl") == [7, 8])
            #expect(try ids("\(folder)/r.jsonl.1") == [5, 6])
            #expect(try ids("\(folder)/r.jsonl.2") == [3, 4])
            #expect(!FileManager.default.fileExists(atPath: "\(folder)/r.jsonl.3"))
        }
    }

    @Test func `a folder that is gone is an error, and its return is noticed`() async throws {
        try await withFolder { folder in
            let sink = FileSink(path: "\(folder)/later/r.jsonl")
            await #expect(throws: (any Error).self) { try await sink.deliver(reports(1...1)) }
            try FileManager.default.createDirectory(atPath: "\(folder)/later", withIntermediateDirectories: true)
            try await sink.deliver(reports(1...1))
            #expect(try ids("\(folder)/later/r.jsonl") == [1])
        }
    }

    @Test func `a disk without room is an error that leaves nothing behind`() async throws {
        let sink = FileSink(path: "/dev/full")
        await #expect(throws: (any Error).self) { try await sink.deliver(reports(1...1)) }
    }
}
