import Audio
import Foundation
import Gateway
import JSON
import Testing
import VoiceTesting
import WebClient

/// The owner's agent, made with the official MCP SDK, on a whole server with a device.
extension FirstConversationTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path

    /// Runs the agent to its end.
    ///
    /// - Returns: what it saw.
    private static func runAgent(port: Int, token: String, mode: String, device: String) async throws -> JSON {
        let out = FileManager.default.temporaryDirectory.appending(path: "agent-\(UUID().uuidString).json").path
        defer { try? FileManager.default.removeItem(atPath: out) }
        let process = Process()
        process.executableURL = URL(filePath: "\(root)/.deps/mcp/bin/python")
        process.arguments = [
            "\(root)/Tests/EndToEndTests/Peers/owner_agent.py", "http://127.0.0.1:\(port)/mcp", token, mode, device,
            out,
        ]
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        process.terminationHandler = { _ in end.finish() }
        try process.run()
        for await _ in ended {}
        return try JSON(parsing: Data(contentsOf: URL(filePath: out)))
    }

    @Test(arguments: ["legacy", "auto"])
    func `the owner's agent finds a device, uses its tools and speaks on it`(mode: String) async throws {
        let id = "02:00:00:00:00:01"
        let (seen, heard, state) = try await withServer { ports in
            let http = try #require(ports.http)
            return try await withDevice(ports) { device in
                // A board takes no speech before somebody has spoken to it.
                _ = try await device.type("hello there")
                async let heard = device.listen(limit: .seconds(90))
                let seen = try await Self.runAgent(port: http, token: Self.ownerToken, mode: mode, device: id)
                return (seen, try await heard, device.toolbox.state)
            }
        }
        #expect(seen["failure"] == nil)
        #expect(seen["protocol"] == "2025-06-18")
        #expect(seen["server"] == "yuyan")
        #expect(seen["tools"] == ["call_device_tool", "list_device_tools", "list_devices", "read_state", "say"])
        #expect(seen["devices"]?.array?.map { $0["id"] } == [.string(id)])
        #expect(seen["devices"]?[0]?["tools"] == 5)
        #expect(seen["volume"] == ["result": "true"])
        #expect(state.volume == 35)
        #expect(state.calls == ["self.audio_speaker.set_volume"])
        #expect(seen["too loud"]?["error"]?.string?.contains("must be at most 100") == true)
        #expect(seen["state"]?["state"] == "idle")
        #expect(seen["nobody"]?["error"]?.string?.contains("is not connected") == true)
        #expect(seen["said"] == ["accepted": true])
        #expect(heard.isWhole)
        #expect(heard.answer.joined(separator: " ").hasPrefix("Dinner is ready"))
        #expect(SpeechLevel.rms(heard.audio) > 300)
    }

    @Test func `an agent with a wrong token sees nothing`() async throws {
        let seen = try await withServer { ports in
            let http = try #require(ports.http)
            return try await Self.runAgent(port: http, token: "wrong", mode: "legacy", device: "02:00:00:00:00:01")
        }
        #expect(seen["statuses"] == [401])
        #expect(seen["failure"] != nil)
        #expect(seen["tools"] == nil)
    }

    @Test func `an owner's request passes through to the room with its headers, and none comes in without the token`()
        async throws
    {
        let statuses = try await withServer { ports in
            let http = try #require(ports.http)
            let client = WebClient()
            let ping = JSON.object(["jsonrpc": "2.0", "id": 1, "method": "ping"]).bytes
            var statuses: [String] = []
            for headers in [
                [("authorization", "Bearer \(Self.ownerToken)"), ("origin", "http://evil.example")],
                [("authorization", "Bearer \(Self.ownerToken)"), ("mcp-session-id", "none")],
                [("authorization", "Bearer wrong")], [],
            ] {
                let request = WebRequest(
                    url: "http://127.0.0.1:\(http)/mcp", headers: headers + [("content-type", "application/json")],
                    body: ping)
                do {
                    _ = try await client.send(request, provider: "agent")
                    statuses.append("let in")
                } catch {
                    statuses.append("\(error)")
                }
            }
            try await client.shutdown()
            return statuses
        }
        #expect(statuses.count == 4)
        for (status, code) in zip(statuses, ["403", "404", "401", "401"]) {
            let isRight = status.contains(code)
            #expect(isRight, "\(status) should tell \(code)")
        }
    }
}
