package import Conversation
import JSON

/// What an agent can do in this house: the tools of its MCP server.
package enum HouseTools {
    /// - Parameters:
    ///   - directory: who is connected.
    ///   - now: Unix time in seconds.
    package static func all(_ directory: SessionDirectory, now: @escaping @Sendable () -> Int64) -> [any AgentTool] {
        [
            ListDevicesTool(directory: directory, now: now), SayTool(directory: directory),
            ReadStateTool(directory: directory, now: now), ListDeviceToolsTool(directory: directory),
            CallDeviceToolTool(directory: directory),
        ]
    }

    static let device: JSON = [
        "type": "string", "maxLength": 64, "description": "The id of a device, as list_devices gives it",
    ]

    /// - Throws: when the device is not here.
    static func session(_ arguments: JSON, in directory: SessionDirectory) throws(AgentToolFailure) -> Session {
        let id = arguments["device"]?.string ?? ""
        guard let session = directory.session(of: id) else {
            throw AgentToolFailure("the device \(id) is not connected; list_devices says which are")
        }
        return session
    }
}
