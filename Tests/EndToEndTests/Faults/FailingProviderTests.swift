import Foundation
import JSON
import Testing
import VoiceTesting

/// A language model that fails or hangs, on the real server with real devices.
@Suite(.serialized, .timeLimit(.minutes(2))) struct FailingProviderTests {
    private static func device(_ number: Int) -> String { "02:00:00:00:00:4\(String(number, radix: 16))" }

    @Test func `of a model that fails three times in ten every turn ends with speech and one tts stop`() async throws {
        let kinds: [ChatService.Answer] = [.status(429), .status(500), .cut, .garbage]
        let decide: ChatService.Decision = { call, _ in
            [1, 4, 7].contains(call % 10) ? kinds[(call / 3) % kinds.count] : .words("Yes, it is.")
        }
        try await ChatService.run(decide) { chat, configuration in
            try await ServerProgram.run(configuration) { server in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<12 {
                        group.addTask {
                            try await server.withDevice(Self.device(number)) { device, wire in
                                for turn in 1...2 {
                                    let exchange = try await device.type("is it raining \(turn)")
                                    #expect(exchange.heard == "is it raining \(turn)")
                                    #expect(exchange.isWhole && exchange.packets > 5 && !exchange.answer.isEmpty)
                                    #expect(wire.count(ofSpeech: "start") == turn)
                                    #expect(wire.count(ofSpeech: "stop") == turn)
                                }
                            }
                        }
                    }
                    try await group.waitForAll()
                }
                #expect(chat.calls >= 10)
                let turns = try await server.json("/api/turns?limit=100")["turns"]?.array ?? []
                #expect(turns.count == 24)
                let endings = Set(turns.compactMap { $0["ending"]?.string })
                #expect(endings.isSubset(of: ["completed", "failed"]))
            }
        }
    }

    @Test func `a model that hangs for one device delays no other's turn`() async throws {
        let decide: ChatService.Decision = { _, question in
            question.contains("for ever") ? .stall : .words("Yes, it is.")
        }
        try await ChatService.run(decide) { chat, configuration in
            try await ServerProgram.run(configuration) { server in
                try await server.withDevice(Self.device(7)) { device, wire in
                    async let stuck = device.type("wait for ever")
                    #expect(await eventually(within: .seconds(10)) { chat.stalled == 1 })
                    try await withThrowingTaskGroup(of: Void.self) { group in
                        for number in 0..<4 {
                            group.addTask {
                                try await server.withDevice(Self.device(number)) { other, _ in
                                    for _ in 0..<2 {
                                        let exchange = try await other.type("is it raining")
                                        #expect(exchange.isWhole && exchange.answer == ["Yes, it is."])
                                    }
                                }
                            }
                        }
                        try await group.waitForAll()
                    }
                    // All of that in the time of one call that hangs.
                    #expect(chat.stalled == 1)
                    try await wire.send(["type": "abort"])
                    #expect(try await stuck.isWhole)
                    #expect(await eventually(within: .seconds(10)) { chat.stalled == 0 })
                }
            }
        }
    }
}
