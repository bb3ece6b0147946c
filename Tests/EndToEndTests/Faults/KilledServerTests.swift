import Foundation
import Glibc
import JSON
import Storage
import Testing
import VoiceTesting

/// The real server is killed in the middle of its turns and started again in the same folder.
@Suite(.serialized, .timeLimit(.minutes(1))) struct KilledServerTests {
    /// A turn, as the journal and `/api/turns` both name it.
    private struct Turn: Hashable {
        var session: String
        var number: Int
    }

    private func acknowledged(_ server: ServerProgram) async throws -> Set<Turn> {
        let turns = try await server.json("/api/turns?limit=500")["turns"]?.array ?? []
        return Set(
            turns.compactMap { turn in
                guard let session = turn["session_id"]?.string, let number = turn["turn_id"]?.integer else {
                    return nil
                }
                return Turn(session: session, number: number)
            })
    }

    private func journal(_ folder: String) async throws -> Set<Turn> {
        let database = try Database(path: "\(folder)/data/yuyan.sqlite")
        return Set(try await TurnStore(database).latest(500).map { Turn(session: $0.sessionID, number: $0.turn) })
    }

    @Test func `a server that is killed with turns in flight starts again and still knows every acknowledged turn`()
        async throws
    {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("yuyan-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let written = try await ServerProgram.run(in: folder) { server in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 1...4 {
                    group.addTask {
                        // The server's end is the end of these turns.
                        try? await server.withDevice("02:00:00:00:00:5\(number)") { device, _ in
                            for _ in 0..<50 { _ = try await device.type("what is seven plus five") }
                        }
                    }
                }
                #expect(try await eventually(within: .seconds(30)) { try await acknowledged(server).count >= 8 })
                // The next turns are on their way by now.
                #expect(
                    try await eventually(within: .seconds(10)) {
                        try await server.json("/api/sessions")["sessions"]?.array?.contains {
                            $0["state"] == "replying"
                        } == true
                    })
                let told = try await acknowledged(server)
                #expect(try await eventually(within: .seconds(5)) { try await journal(folder).isSuperset(of: told) })
                let written = try await journal(folder)
                kill(server.pid, SIGKILL)
                _ = await server.finish(within: .seconds(5))
                try await group.waitForAll()
                return written
            }
        }
        #expect(written.count >= 8)
        try await ServerProgram.run(in: folder) { server in
            #expect(try await journal(folder).isSuperset(of: written))
            #expect(!server.output.contains("cannot be opened"))
            let exchange = try await server.withDevice("02:00:00:00:00:51") { device, _ in
                try await device.type("what is seven plus five")
            }
            #expect(exchange.isWhole && exchange.packets > 5)
            #expect(
                try await eventually(within: .seconds(5)) {
                    try await journal(folder).isSuperset(of: acknowledged(server).union(written))
                })
            #expect(try await journal(folder).count > written.count)
        }
    }
}
