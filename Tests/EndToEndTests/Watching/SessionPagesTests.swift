import Foundation
import JSON
import Testing
import VoiceAPI
import VoiceTesting

/// What `/api/sessions` and `/api/status` tell the owner of the real server.
@Suite(.serialized, .timeLimit(.minutes(1))) struct SessionPagesTests {
    private static let device = "02:00:00:00:00:81"

    @Test func `sessions and status have what the manual says, and nobody else reads them`() async throws {
        try await ServerProgram.run { server in
            #expect(try await server.json("/api/sessions") == ["sessions": []])
            try await server.withDevice(Self.device) { device, _ in
                _ = try await device.type("what is seven plus five")
                let session = try #require(try await server.json("/api/sessions")["sessions"]?.array?.first)
                #expect(
                    Set(session.object?.map(\.key) ?? []) == [
                        "session_id", "device_id", "address", "state", "connected_seconds", "silent_seconds",
                        "messages", "packets", "bytes", "queued_audio", "memory_bytes", "tools",
                    ])
                #expect(session["session_id"]?.string?.isEmpty == false)
                #expect(session["device_id"]?.string == Self.device)
                #expect(session["address"]?.string == "127.0.0.1")
                #expect(session["state"]?.string == "idle")
                #expect((0...60).contains(session["connected_seconds"]?.integer ?? -1))
                #expect((0...60).contains(session["silent_seconds"]?.integer ?? -1))
                // Hello, the answers about its tools, and the typed words.
                #expect(session["messages"]?.integer ?? 0 >= 3)
                #expect(session["packets"]?.integer == 0)
                #expect(session["bytes"]?.integer ?? 0 > 100)
                #expect(session["queued_audio"]?.integer == 0)
                #expect(session["memory_bytes"]?.integer ?? 0 > 1000)
                #expect(session["tools"]?.integer == 5)
            }
            #expect(try await eventually(within: .seconds(5)) { try await server.connectedDevices().isEmpty })

            let status = try await server.json("/api/status")
            for key in ["version", "sessions", "draining", "uptime_seconds", "resident_bytes", "stages", "alerts"] {
                #expect(status[key] != nil, "\(key)")
            }
            #expect(status["version"]?.string?.isEmpty == false)
            #expect(status["sessions"]?.integer == 0)
            #expect(status["draining"]?.bool == false)
            #expect((0...60).contains(status["uptime_seconds"]?.integer ?? -1))
            #expect(status["resident_bytes"]?.integer ?? 0 > 10_000_000)
            #expect(status["alerts"]?.array != nil)
            let stages = status["stages"]?.array ?? []
            #expect(stages.map { $0["stage"]?.string } == ["VAD", "ASR", "LLM", "TTS", "Tools"])
            #expect(stages.allSatisfy { $0["name"]?.string?.isEmpty == false && $0["why"]?.string != nil })

            for path in ["/api/sessions", "/api/status"] {
                do {
                    _ = try await server.get(path, token: "wrong")
                    Issue.record("\(path) was told to somebody with a wrong token")
                } catch let error as ProviderError {
                    #expect(error.code == .unauthorized, "\(path)")
                }
            }
        }
    }
}
