import Foundation
import JSON
import Storage
import Testing
import VoiceTesting

@testable import Yuyan

/// A timer of the real server whose device is not there, or not for long enough.
@Suite(.serialized, .timeLimit(.minutes(1))) struct ReminderOnDeviceTests {
    private static let away = "02:00:00:00:00:21"
    private static let busy = "02:00:00:00:00:22"

    /// Whether what a device says by itself is the timer.
    private func isTimer(_ exchange: VirtualDevice.Exchange) -> Bool {
        let words = exchange.answer.joined(separator: " ")
        return exchange.isWhole && exchange.packets > 5
            && (words.contains("Time is up") || words.contains("You missed"))
    }

    /// The device is back: somebody speaks to it, and then it says what was missed.
    private func comesBack(_ id: String, _ server: ServerProgram) async throws -> VirtualDevice.Exchange {
        try await server.withDevice(id) { device, _ in
            _ = try await device.type("what time is it")
            return try await device.listen(limit: .seconds(20))
        }
    }

    @Test func `a timer is forgotten when it was heard, and not before`() async throws {
        try await ServerProgram.run { server in
            let store = ReminderStore(try server.database())
            // One device leaves before its timer is due.
            try await server.withDevice(Self.away) { device, _ in
                let set = try await device.type("set a timer for one second")
                #expect(set.isWhole)
            }
            // The other leaves while its timer waits for the end of a long answer.
            try await server.withDevice(Self.busy) { device, wire in
                let set = try await device.type("set a timer for two seconds")
                #expect(set.isWhole)
                let packets = wire.packetTimes.count
                try await wire.send(["type": "listen", "state": "detect", "text": "what can you do"])
                async let answer = device.listen(limit: .seconds(30))
                // The timer is due within this answer, which is longer than eight seconds.
                #expect(await eventually(within: .seconds(20)) { wire.packetTimes.count >= packets + 70 })
                try await wire.send(["type": "goodbye"])
                _ = try await answer
            }
            #expect(try await eventually(within: .seconds(5)) { try await server.connectedDevices().isEmpty })
            for device in [Self.away, Self.busy] {
                let kept = try await store.reminders(of: device)
                #expect(kept.count == 1, "\(device)")
            }
            async let first = comesBack(Self.away, server)
            async let second = comesBack(Self.busy, server)
            for exchange in [try await first, try await second] {
                #expect(isTimer(exchange), "\(exchange.answer)")
            }
            #expect(try await eventually(within: .seconds(5)) { try await store.nextDue(after: .min) == nil })
        }
    }
}
