/// Who may come in, and who has to go: `server.limits`.
public struct LimitSettings: Sendable, Equatable {
    /// Devices at a time.
    public var connections = 10_000
    /// Connections from one address, this machine and trusted proxies aside.
    public var perAddress = 64
    public var newPerSecond = 200
    /// Estimated memory of one session, in megabytes of 1,048,576 bytes.
    public var memoryMegabytes = 50
    /// Audio messages that wait in one session, either way.
    public var queuedAudio = 1000
    /// Share of a core that one session may take, 0…1.
    public var cpuShare = 0.8
    public init() {}
}
