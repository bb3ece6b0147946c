import Foundation
import JSON
import Testing
import VoiceTesting

@testable import Yuyan

/// A device that floods the real server, beside one whose person just wants to talk.
@Suite(.serialized, .timeLimit(.minutes(1))) struct FloodTests {
    /// Text that is no JSON, JSON that is no message, and audio that is none, as fast as the line takes them; begins
    /// anew when the server has had enough of it. A program of its own, so that only the server has the work.
    private static let flood = """
        import json, socket, sys, urllib.request
        ota, device = sys.argv[1], sys.argv[2]
        def frame(opcode, payload):
            return bytes([0x80 | opcode, 0x80 | len(payload), 0, 0, 0, 0]) + payload
        hello = frame(1, b'{"type":"hello","version":1,"transport":"websocket"}')
        burst = b"".join([
            frame(1, b'{"type":'), frame(1, b'{"type":"nothing","x":[1,2,3]}'), frame(2, b"\\x01"),
            frame(2, b"\\xff\\x00\\x13"), frame(1, b'{"type":"listen","state":"start"}'), frame(2, b"\\x5a" * 40),
            frame(2, b""), frame(1, b"\\xff\\xfe"),
        ]) * 100
        while True:
            try:
                request = urllib.request.Request(ota, b"{}", {"Device-Id": device, "Client-Id": "flood"})
                answer = json.load(urllib.request.urlopen(request))["websocket"]
                host, port = answer["url"].split("/")[2].split(":")
                line = socket.create_connection((host, int(port)))
                line.sendall((
                    "GET /xiaozhi/v1/ HTTP/1.1\\r\\nHost: x\\r\\nConnection: Upgrade\\r\\nUpgrade: websocket\\r\\n"
                    "Sec-WebSocket-Version: 13\\r\\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\\r\\n"
                    f"Device-Id: {device}\\r\\nClient-Id: flood\\r\\nAuthorization: Bearer {answer['token']}\\r\\n\\r\\n").encode())
                if b" 101 " not in line.recv(4096): continue
                line.sendall(hello)
                while True: line.sendall(burst)
            except OSError: pass
        """

    /// Messages and packets that flooding devices have sent on the connections they have now.
    private func flooded(_ server: ServerProgram) async throws -> Int {
        let sessions = try await server.json("/api/sessions")["sessions"]?.array ?? []
        return sessions.reduce(0) { $0 + ($1["messages"]?.integer ?? 0) + ($1["packets"]?.integer ?? 0) }
    }

    @Test func `devices that flood it with garbage keep nobody from talking or from coming in`() async throws {
        try await ServerProgram.run { server in
            let question = try await Microphone.speak("what time is it")
            let floods = try (1...3).map { number in
                try RunningProgram(
                    "/usr/bin/env", ["python3", "-c", Self.flood, server.ota, "02:00:00:00:00:7\(number)"],
                    directory: server.folder)
            }
            defer { for flood in floods { flood.kill() } }
            #expect(try await eventually(within: .seconds(10)) { try await flooded(server) > 5000 })
            try await server.withDevice("02:00:00:00:00:79") { device, _ in
                let spoken = try await device.say(question)
                #expect(spoken.heard == "what time is it")
                #expect(spoken.isWhole && spoken.packets > 5)
                let before = try await flooded(server)
                let typed = try await device.type("what is seven plus five")
                #expect(typed.isWhole && typed.packets > 5)
                // It was a flood all the time, although each flooding device is closed again and again.
                let after = try await flooded(server)
                #expect(after != before)
                #expect(server.output.contains("too many messages"))
            }
            for flood in floods {
                #expect(flood.isRunning, "\(flood.output)")
                flood.kill()
            }
            let clock = ContinuousClock()
            let over = clock.now
            // The first try may be told to come again.
            var answer: VirtualDevice.Exchange?
            while answer == nil, over.duration(to: clock.now) < .seconds(5) {
                answer = try? await server.withDevice("02:00:00:00:00:78") { device, _ in
                    try await device.type("hello there")
                }
            }
            let delay = over.duration(to: clock.now)
            #expect(answer?.isWhole == true)
            // Admitted and answered, whose length is counted too, is what must not take long.
            let length = Duration.milliseconds(60) * (answer?.packets ?? 0)
            #expect(delay - length < .seconds(5), "\(delay)")
        }
    }
}
