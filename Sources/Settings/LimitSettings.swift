/// Who may come in: `server.limits`.
public struct LimitSettings: Sendable, Equatable {
    /// Devices at a time.
    public var connections = 10_000
    /// Connections from one address, this machine and trusted proxies aside.
    public var perAddress = 64
    public var newPerSecond = 200
    public init() {}
}
