import Conversation
import JSON

/// `list_devices`.
struct ListDevicesTool: AgentTool {
    let directory: SessionDirectory
    let now: @Sendable () -> Int64

    let name = "list_devices"
    let summary =
        "List the devices that are connected now: id, connected_since (UTC), state (idle, hearing, replying), whether they can be spoken on yet, and how many tools they have."
    let schema: JSON = ["type": "object", "properties": [:]]
    let isReadOnly = true

    func call(_ arguments: JSON) async throws(AgentToolFailure) -> JSON {
        var devices: [JSON] = []
        for id in directory.devices {
            guard let session = directory.session(of: id) else { continue }
            devices.append(.object(await session.status().json(device: id, now: now())))
        }
        return ["devices": .array(devices)]
    }
}
