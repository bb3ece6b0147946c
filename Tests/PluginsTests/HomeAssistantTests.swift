import JSON
import Testing
import VoiceAPI

@testable import Plugins

/// What is said becomes the service of Home Assistant that fits the device.
@Suite struct HomeAssistantTests {
    /// What is asked for, and the service that is to be called.
    struct Wish: Sendable, CustomTestStringConvertible {
        var entity: String
        var state: JSON
        var service: String
        var body = ""
        var testDescription: String { "\(entity) \(state)" }
    }

    @Test(arguments: [
        Wish(entity: "light.a", state: ["type": "turn_on"], service: "light/turn_on"),
        Wish(entity: "switch.a", state: ["type": "turn_off"], service: "switch/turn_off"),
        Wish(entity: "cover.a", state: ["type": "turn_on"], service: "cover/open_cover"),
        Wish(entity: "cover.a", state: ["type": "turn_off"], service: "cover/close_cover"),
        Wish(entity: "cover.a", state: ["type": "pause"], service: "cover/stop_cover"),
        Wish(entity: "vacuum.a", state: ["type": "turn_on"], service: "vacuum/start"),
        Wish(entity: "vacuum.a", state: ["type": "pause"], service: "vacuum/pause"),
        Wish(entity: "vacuum.a", state: ["type": "continue"], service: "vacuum/start"),
        Wish(
            entity: "light.a", state: ["type": "brightness_up"], service: "light/turn_on",
            body: #","brightness_step_pct":10"#),
        Wish(
            entity: "light.a", state: ["type": "brightness_down"], service: "light/turn_on",
            body: #","brightness_step_pct":-10"#),
        Wish(
            entity: "light.a", state: ["type": "set_kelvin", "input": 2700], service: "light/turn_on",
            body: #","color_temp_kelvin":2700"#),
        Wish(
            entity: "light.a", state: ["type": "set_color", "rgb_color": [255, 0, 9]], service: "light/turn_on",
            body: #","rgb_color":[255,0,9]"#),
        Wish(entity: "media_player.a", state: ["type": "volume_up"], service: "media_player/volume_up"),
        Wish(
            entity: "media_player.a", state: ["type": "volume_mute", "is_muted": false],
            service: "media_player/volume_mute", body: #","is_volume_muted":false"#),
        Wish(entity: "media_player.a", state: ["type": "pause"], service: "media_player/media_pause"),
        Wish(entity: "media_player.a", state: ["type": "continue"], service: "media_player/media_play"),
    ])
    func `a wish calls the service that fits the device`(wish: Wish) async throws {
        let path = "/api/services/\(wish.service)"
        try await StubBackEnd.run([path: "[]"]) { stub in
            try await withPluginServices { services in
                let tools = try HomeAssistantPlugin.tools(
                    ["base_url": .string(stub.base), "api_key": "k"], services: services)
                let said = try await tools.call(
                    "hass_set_state", ["entity_id": .string(wish.entity), "state": wish.state])
                #expect(said == #"inform("done")"#)
            }
            #expect(stub.requests.map(\.target) == [path])
            #expect(stub.requests.first?.body == #"{"entity_id":"\#(wish.entity)"\#(wish.body)}"#)
        }
    }

    @Test(
        arguments: [
            ("light.a", ["type": "brightness_value"], "is required"), ("light.a", ["type": "set_color"], "is required"),
            ("light.a", ["type": "set_kelvin"], "is required"), ("light.a", ["type": "explode"], "is not known"),
            ("media_player.a", ["type": "volume_set"], "is required"),
            ("light/../../config.a", ["type": "turn_on"], "is no entity_id"),
            ("light", ["type": "turn_on"], "no entity_id"),
        ] as [(String, JSON, String)])
    func `what cannot be done is told, and nothing is called`(entity: String, state: JSON, words: String)
        async throws
    {
        try await StubBackEnd.run([:]) { stub in
            try await withPluginServices { services in
                let tools = try HomeAssistantPlugin.tools(
                    ["base_url": .string(stub.base), "api_key": "k"], services: services)
                let said = try await tools.call("hass_set_state", ["entity_id": .string(entity), "state": state])
                #expect(said.contains("failure") && said.contains(words))
                let music = try await tools.call(
                    "hass_play_music", ["entity_id": "light.a", "media_content_id": "x"])
                #expect(music.contains("light.a is no media_player"))
            }
            #expect(stub.requests.isEmpty)
        }
    }

    @Test func `a wrong token and an unknown device are faults without the token in them`() async throws {
        try await StubBackEnd.run([:]) { stub in
            try await withPluginServices { services in
                let tools = try HomeAssistantPlugin.tools(
                    ["base_url": .string(stub.base + "/"), "api_key": "secret-key"], services: services)
                let error = await #expect(throws: ProviderError.self) {
                    try await tools.call("hass_get_state", ["entity_id": "light.gone"])
                }
                #expect(error.map { "\($0)" }?.contains("404") == true)
                #expect(error.map { "\($0)" }?.contains("secret-key") == false)
            }
            #expect(stub.requests.map(\.target) == ["/api/states/light.gone"])
        }
    }

    @Test(arguments: ["home_assistant", "hass_get_state", "hass_state"])
    func `its settings are found under each of the reference's names`(name: String) async throws {
        try await withPluginServices { services in
            let own: JSON = ["base_url": "http://127.0.0.1:8123", "api_key": "k", "devices": "hall,lamp,light.hall"]
            let selection = PluginSelection(
                settings: .object(JSONObject(dictionaryLiteral: (name, own))), functions: ["hass_get_state"],
                services: services)
            #expect(selection.tools.contains { $0.description.summary.contains("hall,lamp,light.hall") })
        }
    }
}
