/// How many devices may come in (`server.limits`). A reload changes it.
public struct AdmissionLimits: Sendable, Hashable {
    /// Concurrent device connections; one more gets 503 before the upgrade.
    public var connections = 10_000
    /// Concurrent connections from one address, loopback and trusted proxies aside; one more gets 503.
    public var perAddress = 64
    /// New connections in one second, and at once; one more gets 503.
    public var newPerSecond = 200
    public init() {}
}
