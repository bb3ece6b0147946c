package import Conversation

/// How a virtual device reaches a server: a real WebSocket in `yuyan talk`, a queue in a test.
package protocol DeviceTransport: Sendable {
    func send(_ frame: DeviceFrame) async throws
    /// The next frame; nil when the server closed the connection.
    func receive() async throws -> DeviceFrame?
}
