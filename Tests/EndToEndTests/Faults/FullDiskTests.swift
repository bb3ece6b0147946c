import Foundation
import Storage
import Testing
import VoiceTesting

/// The disk of the real server is full for a while.
@Suite(.serialized, .timeLimit(.minutes(1))) struct FullDiskTests {
    private static let question = "what is seven plus five"

    private func ask(_ server: ServerProgram, turns: Int) async throws {
        try await server.withDevice("02:00:00:00:00:61") { device, _ in
            for _ in 0..<turns {
                let exchange = try await device.type(Self.question)
                #expect(exchange.isWhole && exchange.packets > 5)
            }
        }
    }

    @Test func `a database that may not grow is said, turns go on, and all are written when there is room again`()
        async throws
    {
        try await ServerProgram.run(toleratesFullDisk: true) { server in
            let store = TurnStore(try server.database())
            try await ask(server, turns: 1)
            #expect(try await eventually(within: .seconds(5)) { try await store.count() == 1 })
            // Another byte in the write-ahead log is one too many.
            let log = try FileManager.default.attributesOfItem(atPath: "\(server.folder)/data/yuyan.sqlite-wal")
            try await server.limitFiles(to: try #require(log[.size] as? Int))
            try await ask(server, turns: 2)
            #expect(
                await eventually(within: .seconds(10)) {
                    server.output.contains("the dialogue journal cannot be written and is tried again")
                })
            #expect(try await store.count() == 1)
            let metrics = String(decoding: try await server.get("/metrics"), as: UTF8.self)
            #expect(metrics.contains("yuyan_queue_depth{queue=\"journal\"} 2"))
            try await server.limitFiles(to: nil)
            #expect(try await eventually(within: .seconds(15)) { try await store.count() == 3 })
            #expect(
                await eventually(within: .seconds(5)) { server.output.contains("the dialogue journal writes again") })
        }
    }

    @Test func `a report file without room is said, turns go on, and the reports are kept for it`() async throws {
        try await ServerProgram.run(
            "reports: {file: true}",
            prepare: { folder in
                try FileManager.default.createSymbolicLink(
                    atPath: "\(folder)/data/reports.jsonl", withDestinationPath: "/dev/full")
            }
        ) { server in
            try await ask(server, turns: 2)
            #expect(
                await eventually(within: .seconds(10)) {
                    server.output.contains("reports were not taken and are delivered again")
                })
            let path = "\(server.folder)/data/reports.jsonl"
            try FileManager.default.removeItem(atPath: path)
            func lines() -> Int {
                FileManager.default.contents(atPath: path)?.split(separator: UInt8(ascii: "\n")).count ?? 0
            }
            #expect(await eventually(within: .seconds(20)) { lines() == 2 })
            try await ask(server, turns: 1)
            #expect(await eventually(within: .seconds(10)) { lines() == 3 })
        }
    }
}
