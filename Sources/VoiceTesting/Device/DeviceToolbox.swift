package import JSON
import Synchronization

/// The MCP tools of a virtual device, as the firmware has them: speaker, screen and lamp, listed in pages of two, with
/// the firmware's habits (numeric ids only, errors without code).
package final class DeviceToolbox: Sendable {
    /// What the tools have done to the device.
    package struct State: Sendable, Equatable {
        package var volume = 70
        package var brightness = 75
        package var isLampOn = false
        /// Where photos go, as the server's `initialize` said.
        package var visionURL: String?
        /// Names of the tools called, in order.
        package var calls: [String] = []
    }
    private let box = Mutex(State())

    package init() {}

    package var state: State { box.withLock { $0 } }

    private static let tools: [JSON] = [
        tool("self.get_device_status", "The state of the device: volume, brightness, lamp.", [:]),
        tool(
            "self.audio_speaker.set_volume", "Set the volume of the speaker, 0 to 100.",
            ["volume": ["type": "integer", "minimum": 0, "maximum": 100]]),
        tool(
            "self.screen.set_brightness", "Set the brightness of the screen, 0 to 100.",
            ["brightness": ["type": "integer", "minimum": 0, "maximum": 100]]),
        tool("self.lamp.turn_on", "Turn on the lamp.", [:]),
        tool("self.lamp.turn_off", "Turn off the lamp.", [:]),
    ]

    private static func tool(_ name: String, _ summary: String, _ properties: JSON) -> JSON {
        [
            "name": .string(name), "description": .string(summary),
            "inputSchema": [
                "type": "object", "properties": properties,
                "required": .array(properties.object?.keys.map(JSON.string) ?? []),
            ],
        ]
    }

    /// - Returns: the answer to a payload; nil when the firmware would stay silent.
    package func answer(_ payload: JSON) -> JSON? {
        guard payload["jsonrpc"] == "2.0", let id = payload["id"]?.integer, let method = payload["method"]?.string
        else { return nil }
        let parameters = payload["params"] ?? [:]
        switch method {
        case "initialize":
            let vision = parameters["capabilities"]?["vision"]?["url"]?.string
            box.withLock { $0.visionURL = vision }
            return result(
                id,
                [
                    "protocolVersion": "2024-11-05", "capabilities": ["tools": [:]],
                    "serverInfo": ["name": "virtual-device", "version": "1.0.0"],
                ])
        case "tools/list":
            let cursor = parameters["cursor"]?.string
            let start = cursor.flatMap { name in Self.tools.firstIndex { $0["name"]?.string == name } } ?? 0
            let end = min(start + 2, Self.tools.count)
            var page: JSONObject = ["tools": .array(Array(Self.tools[start..<end]))]
            if end < Self.tools.count { page["nextCursor"] = Self.tools[end]["name"] }
            return result(id, .object(page))
        case "tools/call": return call(id, parameters["name"]?.string ?? "", parameters["arguments"] ?? [:])
        default: return failure(id, "Method not implemented: \(method)")
        }
    }

    private func call(_ id: Int, _ name: String, _ arguments: JSON) -> JSON {
        let text: String? = box.withLock { state in
            state.calls.append(name)
            switch name {
            case "self.get_device_status":
                return JSON.object([
                    "audio_speaker": ["volume": .integer(Int64(state.volume))],
                    "screen": ["brightness": .integer(Int64(state.brightness))], "lamp": .bool(state.isLampOn),
                ]).description
            case "self.audio_speaker.set_volume":
                guard let volume = arguments["volume"]?.integer, (0...100).contains(volume) else { return nil }
                state.volume = volume
            case "self.screen.set_brightness":
                guard let value = arguments["brightness"]?.integer, (0...100).contains(value) else { return nil }
                state.brightness = value
            case "self.lamp.turn_on": state.isLampOn = true
            case "self.lamp.turn_off": state.isLampOn = false
            default: return nil
            }
            return "true"
        }
        guard let text else { return failure(id, "Unknown tool or wrong argument: \(name)") }
        return result(id, ["content": [["type": "text", "text": .string(text)]], "isError": false])
    }

    private func result(_ id: Int, _ result: JSON) -> JSON {
        ["jsonrpc": "2.0", "id": .integer(Int64(id)), "result": result]
    }

    private func failure(_ id: Int, _ message: String) -> JSON {
        ["jsonrpc": "2.0", "id": .integer(Int64(id)), "error": ["message": .string(message)]]
    }
}
