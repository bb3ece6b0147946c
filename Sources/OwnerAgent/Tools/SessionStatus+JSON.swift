import Conversation
import FoundationEssentials
import JSON

extension SessionStatus {
    /// The members that `list_devices` and `read_state` share.
    ///
    /// - Parameter now: Unix time in seconds.
    func json(device: String, now: Int64) -> JSONObject {
        let since = Date(timeIntervalSince1970: Double(now - connectedFor.components.seconds))
        return [
            "id": .string(device), "connected_since": .string(since.formatted(.iso8601)),
            "state": .string(phase.rawValue), "can_be_spoken_on": .bool(hasListened),
            "tools": .integer(Int64(toolCount)),
        ]
    }
}
