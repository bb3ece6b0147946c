import Conversation
import JSON
import Tools
import VoiceAPI

/// `list_device_tools`: what a device can do, for the owner.
struct ListDeviceToolsTool: AgentTool {
    let directory: SessionDirectory

    let name = "list_device_tools"
    let summary =
        "List the tools of a device with their JSON schemas, also those that only the owner may call (a restart, for example)."
    let schema: JSON = ["type": "object", "required": ["device"], "properties": ["device": HouseTools.device]]
    let isReadOnly = true

    func call(_ arguments: JSON) async throws(AgentToolFailure) -> JSON {
        let registry = try await HouseTools.session(arguments, in: directory).toolsForOwner()
        let tools = registry.descriptions.map { tool -> JSON in
            [
                "name": .string(tool.name), "description": .string(tool.summary), "schema": tool.parameters,
                "owner_only": .bool(registry[tool.name]?.policy.permission == .owner),
            ]
        }
        return ["tools": .array(tools)]
    }
}
