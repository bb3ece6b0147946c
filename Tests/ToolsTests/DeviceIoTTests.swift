import JSON
import Synchronization
import Testing
import Tools
import VoiceAPI

/// The older tool protocol of boards: descriptors, states, commands.
@Suite struct DeviceIoTTests {
    private final class Wire: Sendable { let commands = Mutex<[JSON]>([]) }

    private let shelf = ToolShelf()
    private let wire = Wire()
    private let device: DeviceIoT

    private static let lamp: JSON = [
        "name": "Lamp", "description": "A test lamp",
        "properties": ["power": ["type": "boolean", "description": "is it on"], "level": ["type": "number"]],
        "methods": [
            "TurnOn": ["description": "turn it on", "parameters": [:]],
            "SetLevel": ["parameters": ["level": ["type": "number", "description": "0 to 100"]]],
        ],
    ]

    init() {
        let wire = wire
        device = DeviceIoT(shelf: shelf, send: { command in wire.commands.withLock { $0.append(command) } })
    }

    private func call(_ name: String, _ arguments: JSON = [:]) async throws -> String {
        guard let tool = ToolRegistry(shelf.tools)[name] else { return "no tool named \(name)" }
        return "\(try await tool.call(arguments, in: .test))"
    }

    @Test func `descriptors become tools with their arguments`() throws {
        device.receive(["descriptors": [Self.lamp]])
        let tools = ToolRegistry(shelf.tools).descriptions
        #expect(Set(tools.map(\.name)) == ["get_lamp_power", "get_lamp_level", "lamp_turnon", "lamp_setlevel"])
        let level = try #require(tools.first { $0.name == "lamp_setlevel" })
        #expect(level.parameters["required"] == ["level"])
        #expect(level.parameters["properties"]?["level"]?["type"]?.string == "number")
        #expect(level.parameters["properties"]?["response_success"] != nil)
    }

    @Test func `a command goes out as the board knows it`() async throws {
        device.receive(["descriptors": [Self.lamp]])
        #expect(try await call("lamp_turnon") == #"inform("the command was sent to Lamp")"#)
        let said = try await call("lamp_setlevel", ["level": 40, "response_success": "Level 40.", "other": 1])
        #expect(said == #"speak("Level 40.")"#)
        #expect(
            wire.commands.withLock { $0 } == [
                ["name": "Lamp", "method": "TurnOn"],
                ["name": "Lamp", "method": "SetLevel", "parameters": ["level": 40]],
            ])
    }

    @Test func `states are kept, and those of another type are dropped`() async throws {
        device.receive(["descriptors": [Self.lamp]])
        #expect(try await call("get_lamp_power").hasPrefix("failure"))
        #expect(try await call("get_lamp_power", ["response_failure": "No idea."]) == #"speak("No idea.")"#)
        device.receive(["states": [["name": "Lamp", "state": ["power": true, "level": 30]]]])
        device.receive([
            "states": [
                ["name": "Lamp", "state": ["power": "off", "level": true, "unknown": 1]],
                ["name": "Nothing", "state": ["power": false]],
            ]
        ])
        #expect(device.value(of: "power", in: "Lamp") == true)
        #expect(device.value(of: "unknown", in: "Lamp") == nil)
        #expect(
            try await call("get_lamp_level", ["response_success": "It is at {value}."]) == #"speak("It is at 30.")"#)
        #expect(try await call("get_lamp_level") == #"inform("Lamp.level = 30")"#)
    }

    @Test func `a repeated descriptor keeps what is known, a changed one replaces the tools`() throws {
        device.receive(["descriptors": [Self.lamp]])
        device.receive(["states": [["name": "Lamp", "state": ["power": true]]]])
        device.receive(["descriptors": [Self.lamp]])
        #expect(device.value(of: "power", in: "Lamp") == true)
        #expect(shelf.tools.count == 4)
        device.receive(["descriptors": [["name": "Lamp", "properties": ["power": ["type": "number"]]]]])
        #expect(device.value(of: "power", in: "Lamp") == nil)
        #expect(shelf.tools.count == 1)
    }

    @Test func `what makes no sense is dropped, and too much is cut`() {
        for garbage: JSON in [
            [:], ["descriptors": 7], ["descriptors": [7, [:], ["name": ""], ["name": 5]]], ["states": [[]]],
            ["descriptors": [["name": .string(String(repeating: "x", count: 65))]]],
        ] {
            device.receive(garbage)
        }
        #expect(shelf.tools.isEmpty)
        for thing in 0..<100 {
            var methods: JSONObject = [:]
            for method in 0..<100 { methods["m\(method)"] = [:] }
            device.receive(["descriptors": [["name": .string("thing\(thing)"), "methods": .object(methods)]]])
        }
        #expect(shelf.tools.count == 32 * 32)
    }
}
