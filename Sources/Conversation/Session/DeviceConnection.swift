/// One whole WebSocket message, either way.
public enum DeviceFrame: Sendable, Equatable {
    /// UTF-8 JSON.
    case text([UInt8])
    /// Audio in the device's binary protocol version.
    case binary([UInt8])
}

/// One device's line, as its session sees it. Made by the gateway for the length of a connection; an in-process one is in
/// `VoiceTesting`. Nothing here waits: a state change of the session and its message are one step.
public protocol DeviceConnection: Sendable {
    /// Hands a frame over; frames leave in the order of the calls. After the end of the connection it does nothing.
    ///
    /// - Returns: false when as many frames wait as may: the device does not read, and the frame is dropped.
    func send(_ frame: DeviceFrame) -> Bool

    /// Frames that have not left yet.
    var backlog: Int { get }

    /// Drops binary frames that have not left yet: the first thing an interruption does.
    func dropAudio()

    /// Puts work behind what the device has sent so far; the session runs it as its own.
    ///
    /// - Returns: false when the connection is over.
    func perform(_ work: @escaping @Sendable () async -> Void) -> Bool

    /// The same, later. A connection has one such alarm: setting it again replaces it; the end of the connection
    /// cancels it.
    func setAlarm(after delay: Duration, _ work: @escaping @Sendable () async -> Void)

    /// Ends the inputs, sends what waits and a Close frame, and ends the connection at the latest two seconds later
    /// (conformance statement 11). Calling it again does nothing.
    func close(code: UInt16, reason: String)
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
