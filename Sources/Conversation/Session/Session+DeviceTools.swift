import DeviceProtocol
import JSON
import Tools

/// The device's own tools: MCP over the session's messages, and the older IoT protocol. Made when the device has any.
extension Session {
    /// The device's hello says that it speaks MCP: asks for its tools and keeps them up to date.
    func keepDeviceTools() {
        guard !keepsDeviceTools else { return }
        keepsDeviceTools = true
        let tools = deviceMCP
        _ = connection.perform { await tools.run() }
    }

    func closeDeviceTools() {
        if keepsDeviceTools { deviceMCP.close() }
    }

    /// The values of its things as last told, by thing and property.
    var things: JSON { hasThings ? deviceIoT.states : [:] }
}
