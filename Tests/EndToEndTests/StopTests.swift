import Foundation
import Glibc
import JSON
import Testing

/// How the real program ends, and what the owner sees of its sessions before.
@Suite(.serialized, .timeLimit(.minutes(2))) struct StopTests {
    private func isReplying(_ server: ServerProgram) async throws -> Bool {
        try await server.json("/api/sessions")["sessions"]?.array?.contains { $0["state"] == "replying" } == true
    }

    @Test func `at SIGTERM an answer is said to its end, nobody new comes in, and the program ends well`() async throws
    {
        try await ServerProgram.run { server in
            async let talk = server.talk(["--text", "what can you do"])
            #expect(try await eventually(within: .seconds(20)) { try await isReplying(server) })
            let session = try #require(try await server.json("/api/sessions")["sessions"]?.array?.first)
            #expect(session["device_id"]?.string != nil)
            #expect(try await server.json("/api/status")["sessions"] == 1)
            kill(server.pid, SIGTERM)
            #expect(
                try await eventually(within: .seconds(5)) { try await server.json("/api/status")["draining"] == true })
            let late = try await server.talk(["--text", "what time is it", "--device-id", "02:00:00:00:00:99"])
            #expect(late.status != 0)
            let (status, output) = try await talk
            #expect(status == 0, "\(output)")
            #expect(await server.finish(within: .seconds(20)) == 0)
        }
    }

    @Test func `a second signal ends the program at once`() async throws {
        try await ServerProgram.run { server in
            async let talk = server.talk(["--text", "what can you do"])
            #expect(try await eventually(within: .seconds(20)) { try await isReplying(server) })
            kill(server.pid, SIGTERM)
            #expect(
                try await eventually(within: .seconds(5)) { try await server.json("/api/status")["draining"] == true })
            kill(server.pid, SIGINT)
            #expect(await server.finish(within: .seconds(2)) == 130)
            _ = try await talk
        }
    }
}
