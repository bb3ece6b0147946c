import Conversation
import JSON
import Tools
import VoiceAPI

/// `read_state`: what is known of a device.
struct ReadStateTool: AgentTool {
    let directory: SessionDirectory
    let now: @Sendable () -> Int64

    let name = "read_state"
    let summary =
        "Read the state of a device: whether it is in conversation (idle, hearing, replying), the values of its things (lamp, speaker, …) as it last told them, and the names of its tools. A device with MCP tells its values through its own tools."
    let schema: JSON = ["type": "object", "required": ["device"], "properties": ["device": HouseTools.device]]
    let isReadOnly = true

    func call(_ arguments: JSON) async throws(AgentToolFailure) -> JSON {
        let session = try HouseTools.session(arguments, in: directory)
        let status = await session.status()
        var state = status.json(device: session.identity.deviceID.lowercased(), now: now())
        state["things"] = status.things
        state["tools"] = .array(await session.toolsForOwner().descriptions.map { .string($0.name) })
        return .object(state)
    }
}
