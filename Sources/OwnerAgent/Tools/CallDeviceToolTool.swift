import Conversation
import JSON
import VoiceAPI

/// `call_device_tool`: the only way to a tool that is for the owner alone.
struct CallDeviceToolTool: AgentTool {
    let directory: SessionDirectory

    let name = "call_device_tool"
    let summary =
        "Call a tool of a device, by a name and with arguments as list_device_tools describes them. The device has 30 seconds."
    let schema: JSON = [
        "type": "object", "required": ["device", "tool"],
        "properties": [
            "device": HouseTools.device,
            "tool": ["type": "string", "maxLength": 256, "description": "The name of the tool"],
            "arguments": ["type": "object", "description": "What the tool's schema asks for"],
        ],
    ]
    let isReadOnly = false

    func call(_ arguments: JSON) async throws(AgentToolFailure) -> JSON {
        let session = try HouseTools.session(arguments, in: directory)
        let tool = arguments["tool"]?.string ?? ""
        switch await session.callForOwner(tool, arguments["arguments"] ?? [:]) {
        case .speak(let text), .farewell(let text), .inform(let text), .record(let text):
            return ["result": .string(text)]
        case .silent: return ["result": "done"]
        case .failure(let reason): throw AgentToolFailure(reason)
        case .play, .adopt: throw AgentToolFailure("the tool answered with something only a conversation can use")
        }
    }
}
