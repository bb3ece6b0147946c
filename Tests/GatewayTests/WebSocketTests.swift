import Conversation
import Gateway
import JSON
import NIOCore
import ServiceLifecycle
import Testing

@Suite(.timeLimit(.minutes(1))) struct WebSocketTests {
    static let device = "Device-Id: aa:bb:cc:dd:ee:ff"

    @Test(arguments: [
        ("/xiaozhi/v1/", ["Connection: keep-alive, Upgrade"]), ("/", ["Connection: upgrade"]),
        ("/any/path?x=1", ["connection: UPGRADE", "Authorization: Bearer test-token"]),
        ("/", ["Sec-WebSocket-Extensions: permessage-deflate", "Sec-WebSocket-Protocol: chat"]),
    ])
    func `1 any path and spelling gets 101 without subprotocol or extension`(path: String, headers: [String])
        async throws
    {
        try await GatewayFixture.run { ports, _ in
            try await RawClient.connect(to: ports.webSocket) { client in
                try await client.upgrade(path: path, headers: [Self.device] + headers)
                let head = try await client.head().lowercased()
                #expect(head.hasPrefix("http/1.1 101"))
                #expect(head.contains("s3pplmbitxaq9kygzzhzrbk+xoo="))
                #expect(!head.contains("sec-websocket-protocol") && !head.contains("sec-websocket-extensions"))
            }
        }
    }

    @Test func `2 query parameters count as headers`() async throws {
        let authenticator = DeviceAuthenticator(key: GatewayFixture.secret, isEnabled: true)
        let token = authenticator.mint(deviceID: "AA:BB", clientID: "c", now: 1_700_000_000)
        let identity: DeviceSessionHandler = { identity, _, connection in
            _ = connection.send(.text(Array("\(identity.deviceID) \(identity.clientID)".utf8)))
        }
        try await GatewayFixture.run(authenticator: authenticator, handler: identity) { ports, _ in
            try await RawClient.connect(to: ports.webSocket) { client in
                let query = "?device-id=AA%3ABB&client-id=c&authorization=Bearer%20\(token)"
                try await client.upgrade(path: "/xiaozhi/v1/" + query, headers: [])
                #expect(try await client.head().hasPrefix("HTTP/1.1 101"))
                #expect(try await client.frame().text == "AA:BB c")
                // The handler returned: 1000.
                #expect(try await client.frame().code == 1000)
            }
        }
    }

    @Test(arguments: [[], ["Device-Id: " + String(repeating: "x", count: 200)]])
    func `3 a missing or absurd device id is refused before the upgrade`(headers: [String]) async throws {
        try await GatewayFixture.run { ports, _ in
            try await RawClient.connect(to: ports.webSocket) { client in
                try await client.upgrade(headers: headers)
                let (head, body) = try await client.response()
                #expect(head.hasPrefix("HTTP/1.1 400"))
                #expect(try JSON(parsing: body)["error"]?["message"]?.string != nil)
            }
        }
    }

    @Test(arguments: ["this is no HTTP\r\n\r\n", "\u{16}\u{3}\u{1}\u{2}\u{0}\r\n\r\n"])
    func `bytes that are no HTTP are refused at once`(bytes: String) async throws {
        try await GatewayFixture.run(configure: { $0.handshakeTimeout = .seconds(50) }) { ports, _ in
            try await RawClient.connect(to: ports.webSocket) { client in
                try await client.send(bytes)
                #expect(try await client.head().hasPrefix("HTTP/1.1 400"))
            }
        }
    }

    @Test func `a request head without end is refused at once, and the server goes on`() async throws {
        try await GatewayFixture.run(configure: { $0.handshakeTimeout = .seconds(50) }) { ports, _ in
            try await RawClient.connect(to: ports.webSocket) { client in
                let junk = String(repeating: "x", count: 128 << 10)
                // The server may hang up while we still write.
                try? await client.upgrade(headers: [Self.device, "X-Junk: \(junk)"])
                let answer = (try? await client.head()) ?? ""
                #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 4"), "\(answer.prefix(100))")
            }
            try await RawClient.connect(to: ports.webSocket) { client in
                try await client.upgrade(headers: [Self.device])
                #expect(try await client.head().hasPrefix("HTTP/1.1 101"))
            }
        }
    }

    @Test(arguments: ["Bearer test-token", "Bearer abc.1700000000", ""])
    func `4 a bad token gets 401 and a reason`(authorization: String) async throws {
        let authenticator = DeviceAuthenticator(key: GatewayFixture.secret, isEnabled: true)
        try await GatewayFixture.run(authenticator: authenticator) { ports, _ in
            try await RawClient.connect(to: ports.webSocket) { client in
                try await client.upgrade(headers: [Self.device, "Authorization: \(authorization)"])
                let (head, body) = try await client.response()
                #expect(head.hasPrefix("HTTP/1.1 401"))
                #expect(try JSON(parsing: body)["error"]?["code"] == "unauthorized")
            }
        }
    }

    @Test func `11 a closing server sends Close, then drops TCP without waiting for a reply`() async throws {
        let leave: DeviceSessionHandler = { _, _, connection in connection.close(code: 1001, reason: "bye") }
        #expect(GatewayConfiguration().closeTimeout == .seconds(2))
        try await GatewayFixture.run(configure: { $0.closeTimeout = .milliseconds(100) }, handler: leave) { ports, _ in
            try await RawClient.connect(to: ports.webSocket) { client in
                try await client.upgrade()
                _ = try await client.head()
                let close = try await client.frame()
                #expect(close.opcode == 8 && close.code == 1001)
                let clock = ContinuousClock()
                let waited = await clock.measure { await client.end() }
                #expect(waited < .seconds(5))
            }
        }
    }

    @Test func `12 EOF without Close ends the session`() async throws {
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        let handler: DeviceSessionHandler = { _, inputs, _ in
            do { for try await _ in inputs {} } catch {}
            end.yield()
        }
        try await GatewayFixture.run(handler: handler) { ports, _ in
            try await RawClient.connect(to: ports.webSocket) { client in
                try await client.upgrade()
                _ = try await client.head()
            }
            var iterator = ended.makeAsyncIterator()
            #expect(await iterator.next() != nil)
        }
    }

    @Test func `39 text that is no JSON and no UTF-8 reaches the session, and the socket stays`() async throws {
        try await Self.echoed(RawClient.frame(1, [0xFF, 0xFE])) { frame in
            #expect(frame == RawClient.Frame(opcode: 1, payload: [0xFF, 0xFE]))
        }
    }

    @Test func `a ping gets its pong, a pong gets nothing`() async throws {
        try await Self.echoed(RawClient.frame(10, [9]) + RawClient.frame(9, [1, 2])) { frame in
            #expect(frame == RawClient.Frame(opcode: 10, payload: [1, 2]))
        }
    }

    @Test func `fragments become one message, with a ping between them`() async throws {
        let bytes =
            RawClient.frame(2, [1, 2], fin: false) + RawClient.frame(9, []) + RawClient.frame(0, [], fin: false)
            + RawClient.frame(0, [3])
        try await Self.withSession { client in
            try await client.send(bytes)
            #expect(try await client.frame().opcode == 10)
            #expect(try await client.frame() == RawClient.Frame(opcode: 2, payload: [1, 2, 3]))
        }
    }

    @Test(arguments: [
        ("unmasked", RawClient.frame(1, [1], masked: false), 1002),
        ("reserved bit", RawClient.frame(1, [1], reserved: 4), 1002),
        ("unknown opcode", RawClient.frame(3, [1]), 1002), ("unknown control", RawClient.frame(11, []), 1002),
        ("stray continuation", RawClient.frame(0, [1]), 1002),
        ("message inside another", RawClient.frame(1, [1], fin: false) + RawClient.frame(1, [1]), 1002),
        ("fragmented ping", RawClient.frame(9, [1], fin: false), 1002),
        ("long ping", RawClient.frame(9, Array(repeating: 1, count: 126)), 1002),
        ("one-byte Close", RawClient.frame(8, [1]), 1002), ("Close code 1006", RawClient.frame(8, [3, 238]), 1002),
        ("2 MB frame", RawClient.frame(2, Array(repeating: 7, count: 2 << 20)), 1009),
        (
            "2 MB in fragments",
            RawClient.frame(2, Array(repeating: 7, count: 1 << 20), fin: false) + RawClient.frame(0, [7]), 1009
        ),
        ("a length of 2^63", [0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4], 1002),
        ("polite Close", RawClient.frame(8, [3, 232]), 1000),
        ("Close of its own", RawClient.frame(8, [0x0F, 0xA0]), 4000),
    ])
    func `a broken rule closes with its code`(name: String, bytes: [UInt8], code: Int) async throws {
        try await Self.withSession { client in
            // The server may close while a long frame is still on its way.
            try? await client.send(bytes)
            let close = try await client.frame()
            #expect(close.opcode == 8)
            #expect(code == close.code || (name == "a length of 2^63" && close.code == 1009))
        }
    }

    @Test func `ten thousand tiny frames come back whole and in order`() async throws {
        try await Self.withSession { client in
            let outbound = client.outbound
            async let sending: Void = {
                var bytes: [UInt8] = []
                for index in 0..<10_000 { bytes += RawClient.frame(2, [UInt8(index >> 8), UInt8(index & 0xFF)]) }
                try await outbound.write(ByteBuffer(bytes: bytes))
            }()
            for index in 0..<10_000 {
                let frame = try await client.frame()
                guard frame.payload == [UInt8(index >> 8), UInt8(index & 0xFF)] else {
                    Issue.record("frame \(index) is \(frame)")
                    break
                }
            }
            try await sending
        }
    }

    @Test func `a frame that waited for its session tells how long`() async throws {
        let handler: DeviceSessionHandler = { _, inputs, connection in
            try? await Task.sleep(for: .milliseconds(100))
            do {
                for try await input in inputs {
                    guard case .frame(_, let age) = input else { continue }
                    _ = connection.send(.text(Array("\(age >= .milliseconds(50))".utf8)))
                }
            } catch {}
        }
        try await GatewayFixture.run(handler: handler) { ports, _ in
            try await RawClient.connect(to: ports.webSocket) { client in
                try await client.upgrade()
                _ = try await client.head()
                try await client.send(RawClient.frame(2, [1]))
                #expect(try await client.frame().text == "true")
            }
        }
    }

    @Test func `who sends more than any board is closed with 1008`() async throws {
        try await GatewayFixture.run(configure: { $0.maximumMessagesAtOnce = 100 }) { ports, _ in
            try await RawClient.connect(to: ports.webSocket) { client in
                try await client.upgrade()
                _ = try await client.head()
                var bytes: [UInt8] = []
                for _ in 0..<200 { bytes += RawClient.frame(2, [1]) }
                try await client.outbound.write(ByteBuffer(bytes: bytes))
                var frame = try await client.frame()
                while frame.opcode != 8 { frame = try await client.frame() }
                #expect(frame.code == 1008)
            }
        }
    }

    @Test func `a client that never reads is sent so much and no more, and closing still ends`() async throws {
        let (ended, end) = AsyncStream.makeStream(of: Void.self)
        let handler: DeviceSessionHandler = { _, _, connection in
            let block = DeviceFrame.binary(Array(repeating: 0, count: 1 << 20))
            // Without an end of its own: only a refusal stops it.
            while connection.send(block) {}
            #expect(connection.backlog > 100)
            connection.dropAudio()
            connection.close(code: 1001, reason: "slow")
            end.yield()
        }
        try await GatewayFixture.run(handler: handler) { ports, _ in
            try await RawClient.connect(to: ports.webSocket) { client in
                try await client.upgrade()
                var iterator = ended.makeAsyncIterator()
                #expect(await iterator.next() != nil)
            }
        }
    }

    @Test func `30 and 32: audio that waits is dropped, and what is said then goes before it`() async throws {
        let handler: DeviceSessionHandler = { _, inputs, connection in
            let block = DeviceFrame.binary(Array(repeating: 0, count: 1 << 20))
            for _ in 0..<100 { #expect(connection.send(block)) }
            connection.dropAudio()
            #expect(connection.send(.text(Array("now".utf8))))
            do { for try await _ in inputs {} } catch {}
        }
        try await GatewayFixture.run(handler: handler) { ports, _ in
            try await RawClient.connect(to: ports.webSocket) { client in
                try await client.upgrade()
                _ = try await client.head()
                var blocks = 0
                var frame = try await client.frame()
                while frame.opcode == 2 {
                    blocks += 1
                    frame = try await client.frame()
                }
                #expect(frame.text == "now")
                // What was in the socket already cannot be called back.
                #expect(blocks < 50)
            }
        }
    }

    @Test func `a full house answers 503 with Retry-After`() async throws {
        try await GatewayFixture.run(configure: { $0.limits.connections = 1 }) { ports, _ in
            try await RawClient.connect(to: ports.webSocket) { first in
                try await first.upgrade()
                #expect(try await first.head().hasPrefix("HTTP/1.1 101"))
                try await RawClient.connect(to: ports.webSocket) { second in
                    try await second.upgrade()
                    let head = try await second.head()
                    #expect(head.hasPrefix("HTTP/1.1 503"))
                    #expect(head.lowercased().contains("retry-after: 30"))
                }
            }
        }
    }

    @Test func `a plain GET is told what this is`() async throws {
        try await GatewayFixture.run { ports, _ in
            try await RawClient.connect(to: ports.webSocket) { client in
                try await client.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n")
                let (head, body) = try await client.response()
                #expect(head.hasPrefix("HTTP/1.1 200"))
                #expect(body.contains("WebSocket port"))
            }
        }
    }

    @Test func `a frame sent together with the handshake is heard`() async throws {
        try await GatewayFixture.run { ports, _ in
            try await RawClient.connect(to: ports.webSocket) { client in
                let head = "GET / HTTP/1.1\r\nHost: x\r\nDevice-Id: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                let handshake = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
                try await client.send(Array((head + handshake).utf8) + RawClient.frame(1, [65]))
                _ = try await client.head()
                #expect(try await client.frame().text == "A")
            }
        }
    }

    @Test func `a handshake without a key is refused`() async throws {
        try await GatewayFixture.run { ports, _ in
            try await RawClient.connect(to: ports.webSocket) { client in
                try await client.send(
                    "GET / HTTP/1.1\r\nHost: x\r\nDevice-Id: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
                #expect(try await client.head().hasPrefix("HTTP/1.1 400"))
            }
        }
    }

    @Test(arguments: ["", "GET / HTTP/1.1\r\nHost: x\r\n"])
    func `a connection that asks for nothing is dropped`(beginning: String) async throws {
        try await GatewayFixture.run(configure: { $0.handshakeTimeout = .milliseconds(50) }) { ports, _ in
            try await RawClient.connect(to: ports.webSocket) { client in
                if !beginning.isEmpty { try await client.send(beginning) }
                await client.end()
            }
        }
    }

    @Test func `a graceful stop closes sessions with 1001 and waits for them`() async throws {
        try await GatewayFixture.run { ports, group in
            try await RawClient.connect(to: ports.webSocket) { client in
                try await client.upgrade()
                _ = try await client.head()
                try await client.send(RawClient.frame(1, [65]))
                #expect(try await client.frame().text == "A")
                await group.triggerGracefulShutdown()
                #expect(try await client.frame().code == 1001)
                try await client.send(RawClient.frame(8, [3, 233]))
                await client.end()
            }
        }
    }

    private static func withSession(_ body: @Sendable (inout RawClient.Conversation) async throws -> Void) async throws
    {
        try await GatewayFixture.run { ports, _ in
            try await RawClient.connect(to: ports.webSocket) { client in
                try await client.upgrade()
                _ = try await client.head()
                try await body(&client)
            }
        }
    }

    private static func echoed(_ bytes: [UInt8], _ check: @Sendable (RawClient.Frame) -> Void) async throws {
        try await withSession { client in
            try await client.send(bytes)
            check(try await client.frame())
        }
    }
}
