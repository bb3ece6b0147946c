/// One whole WebSocket message, either way.
public enum DeviceFrame: Sendable, Equatable {
    /// UTF-8 JSON.
    case text([UInt8])
    /// Audio in the device's binary protocol version.
    case binary([UInt8])
}

/// The way back to one device. Made by the gateway for the length of a connection; an in-process one is in
/// `VoiceTesting`. Frames leave in the order of the calls.
public protocol DeviceConnection: Sendable {
    /// Suspends while the device is not reading; the caller decides how long that may take.
    ///
    /// - Throws: when the connection is gone or the task is cancelled.
    func send(_ frame: DeviceFrame) async throws

    /// Sends a Close frame and ends the connection, at the latest two seconds later (conformance statement 11).
    /// Calling it again does nothing.
    func close(code: UInt16, reason: String) async
}

/// Who connected, as the upgrade request said. Case and form are the device's own.
public struct DeviceIdentity: Sendable, Hashable {
    /// The `Device-Id` header or query parameter: a MAC address.
    public var deviceID: String
    /// The `Client-Id`, a UUID; empty when the device sent none.
    public var clientID: String
    /// The peer's address for logs and limits.
    public var remoteAddress: String
    public init(deviceID: String, clientID: String = "", remoteAddress: String = "") {
        self.deviceID = deviceID
        self.clientID = clientID
        self.remoteAddress = remoteAddress
    }
}
