import Addresses
import Conversation
import JSON
import NIOCore
import Synchronization
import Testing

@testable import Gateway

/// Heartbeat and admission, over real sockets.
@Suite(.timeLimit(.minutes(1))) struct LifecycleTests {
    @Test func `a heartbeat pings until nothing came for the whole timeout`() {
        let start = NIODeadline.uptimeNanoseconds(1_000_000_000)
        var heartbeat = Heartbeat(interval: .seconds(30), timeout: .seconds(90), now: start)
        #expect(heartbeat.beat(at: start + .seconds(30)) == .ping)
        #expect(heartbeat.beat(at: start + .seconds(60)) == .ping)
        #expect(heartbeat.beat(at: start + .seconds(90)) == .gone(.seconds(90)))
        heartbeat.heard(at: start + .seconds(89))
        #expect(heartbeat.beat(at: start + .seconds(150)) == .ping)
    }

    @Test func `a device that answers no ping is closed with 1001`() async throws {
        try await GatewayFixture.run(configure: {
            $0.pingInterval = .milliseconds(50)
            $0.pingTimeout = .milliseconds(200)
            $0.closeTimeout = .milliseconds(100)
        }) { ports, _ in
            try await RawClient.connect(to: ports.webSocket) { client in
                try await client.upgrade()
                _ = try await client.head()
                var pings = 0
                var frame = try await client.frame()
                while frame.opcode == 9 {
                    pings += 1
                    frame = try await client.frame()
                }
                #expect(pings >= 2)
                #expect(frame.opcode == 8 && frame.code == 1001)
                await client.end()
            }
        }
    }

    @Test func `a device that answers its pings stays`() async throws {
        try await GatewayFixture.run(configure: {
            $0.pingInterval = .milliseconds(50)
            $0.pingTimeout = .milliseconds(400)
        }) { ports, _ in
            try await RawClient.connect(to: ports.webSocket) { client in
                try await client.upgrade()
                _ = try await client.head()
                // Twice the timeout.
                for _ in 0..<16 {
                    #expect(try await client.frame().opcode == 9)
                    try await client.send(RawClient.frame(10, []))
                }
                try await client.send(RawClient.frame(1, [65]))
                var frame = try await client.frame()
                while frame.opcode == 9 { frame = try await client.frame() }
                #expect(frame.text == "A")
            }
        }
    }

    @Test func `one connection too many in a second gets 503 and Retry-After`() async throws {
        try await GatewayFixture.run(configure: { $0.limits.newPerSecond = 1 }) { ports, _ in
            try await RawClient.connect(to: ports.webSocket) { client in
                try await client.upgrade()
                #expect(try await client.head().hasPrefix("HTTP/1.1 101"))
            }
            try await RawClient.connect(to: ports.webSocket) { client in
                try await client.upgrade()
                let (head, body) = try await client.response()
                #expect(head.hasPrefix("HTTP/1.1 503"))
                #expect(head.lowercased().contains("retry-after: 2"))
                #expect(try JSON(parsing: body)["error"]?["code"] == "too_fast")
            }
        }
    }

    @Test func `a loaded server answers 503 and Retry-After before the upgrade until it has rested`()
        async throws
    {
        let load = Mutex<String?>("tasks run 300 ms late")
        try await GatewayFixture.run(overload: { load.withLock { $0 } }) { ports, _ in
            try await RawClient.connect(to: ports.webSocket) { client in
                try await client.upgrade()
                let (head, body) = try await client.response()
                #expect(head.hasPrefix("HTTP/1.1 503"))
                #expect(head.lowercased().contains("retry-after: 15"))
                let error = try JSON(parsing: body)["error"]
                #expect(error?["code"] == "overloaded")
                #expect(error?["message"]?.string?.contains("300 ms late") == true)
                await client.end()
            }
            load.withLock { $0 = nil }
            try await RawClient.connect(to: ports.webSocket) { client in
                try await client.upgrade()
                #expect(try await client.head().hasPrefix("HTTP/1.1 101"))
                // Whoever is in stays and is served when the load comes back.
                load.withLock { $0 = "tasks run 400 ms late" }
                try await client.send(RawClient.frame(1, [65]))
                #expect(try await client.frame().text == "A")
            }
        }
    }

    @Test func `an address has so many connections, and loopback any number`() throws {
        var configuration = GatewayConfiguration()
        configuration.limits.perAddress = 2
        configuration.trustedProxies = ["10.0.0.0/24"].compactMap(AddressRange.init)
        let door = Doorkeeper(configuration, now: 0)
        for _ in 0..<3 {
            try door.enter("127.0.0.1", now: 0)
            try door.enter("10.0.0.1", now: 0)
        }
        try door.enter("192.168.1.2", now: 0)
        try door.enter("192.168.1.2", now: 0)
        #expect { try door.enter("192.168.1.2", now: 0) } throws: { ($0 as? Admission.Refusal)?.retryAfter == 30 }
        try door.enter("192.168.1.3", now: 0)
        door.leave("192.168.1.2")
        try door.enter("192.168.1.2", now: 0)
        #expect(door.current == 9)
    }

    @Test func `other limits count for who comes next, and nobody inside is counted anew`() throws {
        let door = Doorkeeper(GatewayConfiguration(), now: 0)
        try door.enter("a", now: 0)
        try door.enter("b", now: 0)
        var limits = AdmissionLimits()
        limits.connections = 2
        door.change(limits, now: 0)
        #expect(door.current == 2)
        #expect { try door.enter("c", now: 0) } throws: { ($0 as? Admission.Refusal)?.code == .busy }
        limits.connections = 9
        limits.newPerSecond = 1
        door.change(limits, now: 0)
        try door.enter("c", now: 0)
        #expect { try door.enter("d", now: 0) } throws: { ($0 as? Admission.Refusal)?.code == .tooFast }
    }

    @Test func `a bucket refills with time and never beyond its rate`() {
        var bucket = TokenBucket(rate: 2, now: 0)
        let moments: [Int64] = [0, 0, 0, 500, 500, 100, 60_000, 60_000, 60_000]
        let taken = moments.map { bucket.take(at: $0) }
        #expect(taken == [true, true, false, true, false, false, true, true, false])
    }

    @Test func `a loaded or stopping server lets nobody in`() throws {
        let loaded = Doorkeeper(GatewayConfiguration(), now: 0, overload: { "late" })
        #expect { try loaded.enter("a", now: 0) } throws: { ($0 as? Admission.Refusal)?.code == .overloaded }
        let door = Doorkeeper(GatewayConfiguration(), now: 0)
        try door.enter("a", now: 0)
        door.drain()
        #expect { try door.enter("a", now: 0) } throws: { ($0 as? Admission.Refusal)?.code == .stopping }
        #expect(door.current == 1)
    }
}
