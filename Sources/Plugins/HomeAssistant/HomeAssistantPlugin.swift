package import JSON
package import VoiceAPI

/// Home Assistant: read states, call services, play music. Settings under `plugins.home_assistant` (or the reference's
/// `hass_get_state` or `hass_state`): `base_url`, `api_key`, `devices` (texts `place,name,entity_id`).
package struct HomeAssistantPlugin: ServerPlugin {
    package static let name = "home_assistant"
    package static let otherNames = ["hass_get_state", "hass_state"]

    package static func tools(_ settings: JSON, services: PluginServices) throws(PluginProblem) -> [any Tool] {
        guard let base = settings.setting("base_url"), let key = settings.setting("api_key") else {
            throw PluginProblem("set plugins.home_assistant.base_url and api_key")
        }
        let devices: [String]
        switch settings["devices"] {
        case .array(let list)?: devices = list.compactMap(\.string)
        case .string(let text)?: devices = text.split(whereSeparator: { $0 == ";" || $0 == "\n" }).map(String.init)
        default: devices = []
        }
        let home = HomeAssistant(base: base.withoutSlash, key: key, services: services)
        let known = devices.isEmpty ? "" : " Known devices (place, name, entity_id): \(devices.joined(separator: "; "))"
        return [
            HomeStateTool(home: home, known: known), HomeSetTool(home: home, known: known),
            HomeMusicTool(home: home, known: known),
        ]
    }
}

/// Home Assistant's REST interface.
struct HomeAssistant: Sendable {
    let base: String
    let key: String
    let services: PluginServices

    private var headers: [(name: String, value: String)] { [("Authorization", "Bearer \(key)")] }

    func state(of entity: String) async throws -> JSON {
        try await services.json(
            "\(base)/api/states/\(entity.percentEncoded)", provider: HomeAssistantPlugin.name, headers: headers)
    }

    func call(_ domain: String, _ service: String, _ body: JSON) async throws {
        _ = try await services.json(
            "\(base)/api/services/\(domain)/\(service)", provider: HomeAssistantPlugin.name, headers: headers,
            body: body)
    }

    /// `light` of `light.kitchen`; nil when it is no entity id (nothing else may become part of an address).
    static func domain(of entity: String) -> String? {
        let parts = entity.split(separator: ".", omittingEmptySubsequences: false)
        let isPlain = entity.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_" || $0 == ".") }
        guard parts.count == 2, isPlain, let domain = parts.first, !domain.isEmpty, parts[1] != "" else { return nil }
        return String(domain)
    }
}

private struct HomeStateTool: Tool {
    let home: HomeAssistant
    let known: String

    var description: ToolDescription {
        ToolDescription(
            name: "hass_get_state",
            summary: "The state of a device at home: lights, brightness, volume, players, sensors.\(known)",
            parameters: Schema.object(Schema.text("entity_id", "The device's entity_id in Home Assistant")))
    }

    func call(_ arguments: JSON, in context: ToolContext) async throws -> ToolResult {
        let entity = arguments["entity_id"]?.string ?? ""
        guard HomeAssistant.domain(of: entity) != nil else { return .failure("\(entity.prefix(64)) is no entity_id") }
        let state = try await home.state(of: entity)
        var parts = ["\(entity): \(state["state"]?.string ?? "unknown")"]
        let interesting = [
            "friendly_name", "brightness", "color_temp_kelvin", "rgb_color", "volume_level", "media_title",
            "media_artist",
            "temperature", "current_temperature", "humidity", "unit_of_measurement", "battery_level",
        ]
        for name in interesting {
            if let value = state["attributes"]?[name], !value.isNull {
                parts.append("\(name): \(value.string ?? value.description)")
            }
        }
        return .inform(parts.joined(separator: ", "))
    }
}

private struct HomeSetTool: Tool {
    let home: HomeAssistant
    let known: String
    var policy: ToolPolicy { ToolPolicy(isInterruptible: false) }

    private static let actions = [
        "turn_on", "turn_off", "brightness_up", "brightness_down", "brightness_value", "volume_up", "volume_down",
        "volume_set", "set_kelvin", "set_color", "pause", "continue", "volume_mute",
    ]

    var description: ToolDescription {
        ToolDescription(
            name: "hass_set_state", summary: "Control a device at home.\(known)",
            parameters: [
                "type": "object", "required": ["state", "entity_id"],
                "properties": [
                    "entity_id": ["type": "string", "description": "The device's entity_id in Home Assistant"],
                    "state": [
                        "type": "object", "required": ["type"],
                        "properties": [
                            "type": ["type": "string", "enum": .array(Self.actions.map(JSON.string))],
                            "input": ["type": "integer", "description": "Percent for brightness and volume; kelvin"],
                            "is_muted": ["type": "boolean"],
                            "rgb_color": [
                                "type": "array", "minItems": 3, "maxItems": 3,
                                "items": ["type": "integer", "minimum": 0, "maximum": 255],
                            ],
                        ],
                    ],
                ],
            ])
    }

    func call(_ arguments: JSON, in context: ToolContext) async throws -> ToolResult {
        let entity = arguments["entity_id"]?.string ?? ""
        guard let domain = HomeAssistant.domain(of: entity) else {
            return .failure("\(entity.prefix(64)) is no entity_id")
        }
        let state = arguments["state"] ?? [:]
        let action = state["type"]?.string ?? ""
        var body: JSONObject = ["entity_id": .string(entity)]
        var service = "turn_on"
        var target = domain
        switch action {
        case "turn_on", "turn_off":
            let isOn = action == "turn_on"
            service =
                switch domain {
                case "cover": isOn ? "open_cover" : "close_cover"
                case "vacuum": isOn ? "start" : "stop"
                default: action
                }
        case "brightness_up": body["brightness_step_pct"] = 10
        case "brightness_down": body["brightness_step_pct"] = -10
        case "brightness_value":
            guard let input = state["input"] else { return .failure("\"input\" is required: percent") }
            body["brightness_pct"] = input
        case "set_color":
            guard let color = state["rgb_color"] else { return .failure("\"rgb_color\" is required") }
            body["rgb_color"] = color
        case "set_kelvin":
            guard let input = state["input"] else { return .failure("\"input\" is required: kelvin") }
            body["color_temp_kelvin"] = input
        case "volume_up", "volume_down": service = action
        case "volume_set":
            guard let input = state["input"]?.double else { return .failure("\"input\" is required: percent") }
            service = "volume_set"
            body["volume_level"] = .number(min(max(input / 100, 0), 1))
        case "volume_mute":
            service = "volume_mute"
            body["is_volume_muted"] = state["is_muted"] ?? true
        case "pause":
            service = domain == "cover" ? "stop_cover" : domain == "vacuum" ? "pause" : "media_pause"
        case "continue":
            service = domain == "vacuum" ? "start" : "media_play"
        default: return .failure("\(action.prefix(32)) is not known")
        }
        if service.hasPrefix("volume") || service.hasPrefix("media") { target = "media_player" }
        try await home.call(target, service, .object(body))
        return .inform("done")
    }
}

private struct HomeMusicTool: Tool {
    let home: HomeAssistant
    let known: String

    var description: ToolDescription {
        ToolDescription(
            name: "hass_play_music",
            summary: "Play music or an audiobook on a player at home, not on this device.\(known)",
            parameters: Schema.object(
                Schema.text("entity_id", "The player's entity_id"),
                Schema.text("media_content_id", "Title, album or artist; \"random\" for anything")))
    }

    func call(_ arguments: JSON, in context: ToolContext) async throws -> ToolResult {
        let entity = arguments["entity_id"]?.string ?? ""
        guard HomeAssistant.domain(of: entity) == "media_player" else {
            return .failure("\(entity.prefix(64)) is no media_player")
        }
        try await home.call(
            "music_assistant", "play_media",
            ["entity_id": .string(entity), "media_id": arguments["media_content_id"] ?? "random"])
        return .inform("it is playing")
    }
}
