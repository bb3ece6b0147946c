import JSON
import OwnerAgent
import Testing
import VoiceAPI
import VoiceTesting

@Suite struct HouseToolsTests {
    private static let volume: JSON = [
        "name": "self.audio_speaker.set_volume", "description": "Set the volume.",
        "inputSchema": [
            "type": "object", "required": ["volume"],
            "properties": ["volume": ["type": "integer", "minimum": 0, "maximum": 100]],
        ],
    ]
    private static let reboot: JSON = [
        "name": "self.reboot", "description": "Restart.", "inputSchema": ["type": "object", "properties": [:]],
        "annotations": ["audience": ["user"]],
    ]

    @Test func `the devices that are here are listed with their time and state`() throws {
        let house = try House(tools: [Self.volume, Self.reboot])
        house.connect()
        house.talk.simulation.advance(by: .seconds(90))
        let devices = house.call("list_devices")["structuredContent"]?["devices"]
        #expect(
            devices == [
                [
                    "id": .string(House.id), "connected_since": "2027-01-15T08:00:00Z", "state": "idle",
                    "can_be_spoken_on": false, "tools": 2,
                ]
            ])
        house.talk.device.leave()
        house.talk.simulation.settle()
        #expect(house.call("list_devices")["structuredContent"]?["devices"] == [])
    }

    @Test func `words are said on a device that has listened, and not before`() throws {
        let house = try House()
        house.connect()
        let early = house.call("say", ["device": .string(House.id), "text": "Dinner is ready."])
        #expect(early["isError"] == true)
        #expect(early.text.contains("nobody has spoken to this device"))
        house.talk.send(["type": "listen", "state": "start", "mode": "auto"])
        // Ids of boards come in either case.
        let said = house.call("say", ["device": "AA:BB:CC:DD:EE:FF", "text": "Dinner is ready."])
        #expect(said["isError"] == false)
        #expect(house.talk.finishReply())
        #expect(house.talk.messages("sentence_start").map { $0.json["text"] } == ["Dinner is ready."])
        #expect(!house.talk.audioTimes.isEmpty)
    }

    @Test func `a device that speaks is replying`() throws {
        let house = try House()
        house.connect()
        house.talk.send(["type": "listen", "state": "detect", "text": "tell me something"])
        house.talk.simulation.advance(upTo: .seconds(5)) { !house.talk.audioTimes.isEmpty }
        let state = house.call("read_state", ["device": .string(House.id)])["structuredContent"]
        #expect(state?["state"] == "replying")
    }

    @Test(arguments: ["say", "read_state", "list_device_tools", "call_device_tool"])
    func `a device that is not here is named`(tool: String) throws {
        let house = try House()
        let result = house.call(tool, ["device": "02:00:00:00:00:09", "text": "Hello", "tool": "x"])
        #expect(result["isError"] == true)
        #expect(result.text.hasPrefix("the device 02:00:00:00:00:09 is not connected"))
    }

    @Test(arguments: [
        ("", "at least 1"), ("…!", "nothing to say"), (String(repeating: "a", count: 501), "at most 500"),
    ])
    func `words that cannot be said are refused`(text: String, reason: String) throws {
        let house = try House()
        house.connect()
        house.talk.send(["type": "listen", "state": "start", "mode": "auto"])
        let result = house.call("say", ["device": .string(House.id), "text": .string(text)])
        #expect(result["isError"] == true)
        #expect(result.text.contains(reason))
    }

    @Test func `too many announcements are refused`() throws {
        let house = try House()
        house.connect()
        house.talk.send(["type": "listen", "state": "start", "mode": "auto"])
        let results = (0..<12).map { _ in house.call("say", ["device": .string(House.id), "text": "Hello."]) }
        #expect(results.first?["isError"] == false)
        #expect(results.last?.text.contains("too much waits") == true)
    }

    @Test func `the values of a device's things are read`() throws {
        let house = try House()
        house.connect()
        house.talk.send([
            "type": "iot",
            "descriptors": [
                [
                    "name": "Lamp", "description": "A lamp", "properties": ["power": ["type": "boolean"]],
                    "methods": ["TurnOn": ["description": "On", "parameters": [:]]],
                ]
            ],
        ])
        house.talk.send(["type": "iot", "states": [["name": "Lamp", "state": ["power": true]]]])
        let state = house.call("read_state", ["device": .string(House.id)])["structuredContent"]
        #expect(state?["things"] == ["Lamp": ["power": true]])
        #expect(state?["tools"] == ["get_lamp_power", "lamp_turnon"])
        #expect(state?["state"] == "idle")
    }

    @Test func `a tool for the owner alone is listed and called here, and no conversation gets it`() throws {
        let house = try House(tools: [Self.volume, Self.reboot])
        house.connect()
        let tools = house.call("list_device_tools", ["device": .string(House.id)])["structuredContent"]?["tools"]
        #expect(tools?.array?.map { $0["name"] } == ["self_audio_speaker_set_volume", "self_reboot"])
        #expect(tools?.array?.map { $0["owner_only"] } == [false, true])
        #expect(tools?[0]?["schema"] == Self.volume["inputSchema"])
        let result = house.call("call_device_tool", ["device": .string(House.id), "tool": "self_reboot"])
        #expect(result["structuredContent"] == ["result": "true"])
        #expect(house.calls == [["name": "self.reboot", "arguments": [:]]])
        house.talk.send(["type": "listen", "state": "detect", "text": "restart please"])
        #expect(house.talk.finishReply())
        let offered = try #require(house.talk.model.prompts.last).tools.map(\.name)
        #expect(offered == ["self_audio_speaker_set_volume"])
    }

    @Test func `a tool is found by the device's own name too, and its arguments are checked`() throws {
        let house = try House(tools: [Self.volume])
        house.connect()
        let call: JSON = ["device": .string(House.id), "tool": "self.audio_speaker.set_volume"]
        func with(_ arguments: JSON) -> JSON {
            var all = call.object ?? [:]
            all["arguments"] = arguments
            return .object(all)
        }
        #expect(house.call("call_device_tool", with(["volume": 30]))["isError"] == false)
        let wrong = house.call("call_device_tool", with(["volume": 300]))
        #expect(wrong["isError"] == true)
        #expect(wrong.text.contains("must be at most 100"))
        let unknown = house.call("call_device_tool", ["device": .string(House.id), "tool": "self.fly"])
        #expect(unknown.text.contains("there is no tool named self_fly"))
        #expect(house.calls == [["name": "self.audio_speaker.set_volume", "arguments": ["volume": 30]]])
    }

    @Test func `a device that does not answer costs thirty seconds`() throws {
        let house = try House(tools: [Self.reboot])
        house.connect()
        house.result = nil
        let start = house.talk.simulation.now
        let result = house.call(
            "call_device_tool", ["device": .string(House.id), "tool": "self_reboot"], limit: .seconds(40))
        #expect(result["isError"] == true)
        #expect(house.talk.simulation.now - start >= .seconds(29))
        #expect(house.talk.simulation.now - start <= .seconds(31))
    }

    @Test func `a device that leaves during a call ends the call`() throws {
        let house = try House(tools: [Self.reboot])
        house.connect()
        house.result = nil
        house.leavesWhenCalled = true
        let result = house.call("call_device_tool", ["device": .string(House.id), "tool": "self_reboot"])
        #expect(result["isError"] == true)
        #expect(result.text.contains("the device left"))
    }
}
