import FaultInjection
import Foundation
import Testing
import VoiceTesting

/// Devices whose line to the real server breaks in every way, beside one whose line is good.
@Suite(.serialized, .timeLimit(.minutes(1))) struct BrokenLineTests {
    private static let healthy = "02:00:00:00:00:30"
    /// Long enough for the line to break in its middle.
    private static let longQuestion = "what can you do"

    /// Turns of the healthy device until `isDone`; every one must be whole.
    private func converse(_ server: ServerProgram, until isDone: @escaping @Sendable () async throws -> Bool)
        async throws -> Int
    {
        try await server.withDevice(Self.healthy) { device, _ in
            var turns = 0
            repeat {
                let exchange = try await device.type("what is seven plus five")
                #expect(exchange.isWhole && exchange.packets > 5)
                turns += 1
            } while try await !isDone()
            return turns
        }
    }

    /// Asks through a proxy, breaks the line when the answer has begun, and stays as long as the server lets it.
    private func ask(_ server: ServerProgram, as id: String, then fault: Fault, port: Int) async throws {
        try await FaultProxy.run(target: port) { proxy in
            // Whatever becomes of this device is its own affair; the server is looked at.
            try? await server.withDevice(id, through: proxy.port) { device, wire in
                async let answer = device.type(Self.longQuestion, limit: .seconds(30))
                _ = await eventually(within: .seconds(20)) { wire.packetTimes.count > 10 }
                try await proxy.set(fault)
                let hasEnded = try await eventually(within: .seconds(20)) {
                    try await !server.connectedDevices().contains(id)
                }
                #expect(hasEnded, "\(fault)")
                // What never ends by itself ends with the proxy.
                try await proxy.set(.refuse)
                _ = try await answer
            }
        }
    }

    @Test func `a line that breaks ends its session in time, and nobody else notices`() async throws {
        let faults: [Fault] = [.stall(afterBytes: 0), .cut(afterBytes: 0), .halfOpen, .garbage]
        try await ServerProgram.run("  ping_interval: 1\n  ping_timeout: 3") { server in
            let port = try await server.webSocketPort()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (index, fault) in faults.enumerated() {
                    group.addTask {
                        try await ask(server, as: "02:00:00:00:00:3\(index + 1)", then: fault, port: port)
                    }
                }
                let turns = try await converse(server) {
                    try await server.connectedDevices() == [Self.healthy]
                }
                #expect(turns >= 1)
                try await group.waitForAll()
            }
            #expect(try await eventually(within: .seconds(5)) { try await server.connectedDevices().isEmpty })
            let metrics = String(decoding: try await server.get("/metrics"), as: UTF8.self)
            #expect(metrics.contains("yuyan_connections_active 0"))
            #expect(metrics.contains("yuyan_turns_active 0"))
        }
    }

    @Test func `a line that is only slow keeps its session, and the answer comes whole`() async throws {
        let faults: [Fault] = [.delay(.milliseconds(100)), .slowDrip(bytes: 120, every: .milliseconds(10))]
        try await ServerProgram.run("  ping_interval: 1\n  ping_timeout: 3") { server in
            let port = try await server.webSocketPort()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (index, fault) in faults.enumerated() {
                    group.addTask { try await converse(server, as: "02:00:00:00:00:3\(index + 8)", fault, port: port) }
                }
                try await group.waitForAll()
            }
            #expect(try await eventually(within: .seconds(5)) { try await server.connectedDevices().isEmpty })
        }
    }

    /// Two turns over a line that has this fault all the time.
    private func converse(_ server: ServerProgram, as id: String, _ fault: Fault, port: Int) async throws {
        try await FaultProxy.run(target: port, fault: fault) { proxy in
            let exchanges = try await server.withDevice(id, through: proxy.port) { device, _ in
                [try await device.type("what is seven plus five"), try await device.type("what is one plus two")]
            }
            #expect(exchanges.map(\.isWhole) == [true, true], "\(fault)")
            #expect(exchanges.allSatisfy { $0.packets > 5 }, "\(fault)")
        }
    }
}
