public import Addresses

/// What the gateway needs to know; made by the composition root from the `server` section of the configuration.
public struct GatewayConfiguration: Sendable {
    /// Address both ports bind to.
    public var host = "0.0.0.0"
    /// WebSocket port; 0 takes any free one (tests).
    public var webSocketPort = 8000
    /// HTTP port: 0 disables HTTP as in the reference server, nil takes any free one (tests).
    public var httpPort: Int? = 8003
    /// `server.websocket`: the URL the OTA answer tells devices; nil makes one from the request's own `Host`.
    public var advertisedWebSocketURL: String?
    /// `server.timezone_offset`, in minutes east of UTC.
    public var timezoneOffsetMinutes = 8 * 60
    /// How many devices may come in.
    public var limits = AdmissionLimits()
    /// Between two WebSocket pings of ours.
    public var pingInterval: Duration = .seconds(30)
    /// A socket on which nothing came for this long, not even a pong, is closed.
    public var pingTimeout: Duration = .seconds(90)
    /// Longest WebSocket frame and longest message of several frames, in bytes.
    public var maximumMessageBytes = 1 << 20
    /// Messages of one device in a second; a board sends 17 to 50 audio frames.
    public var maximumMessagesPerSecond = 500
    /// Messages of one device at once: a minute of audio after a stall of the network, and a good deal more. Whoever sends
    /// more gets 1008: it would take time from everybody else.
    public var maximumMessagesAtOnce = 12_000
    /// Longest HTTP body, in bytes.
    public var maximumBodyBytes = 64 << 10
    /// How long a TCP connection may take until its whole request head is here.
    public var handshakeTimeout: Duration = .seconds(10)
    /// How long the other side has to answer a Close frame before TCP is dropped (conformance statement 11).
    public var closeTimeout: Duration = .seconds(2)
    /// How long open sessions may take to end at shutdown before they are cancelled.
    public var shutdownTimeout: Duration = .seconds(5)
    /// Peers, besides loopback, whose `x-real-ip` and `x-forwarded-for` are believed. Anyone else could forge them.
    public var trustedProxies: [AddressRange] = []
    /// Web pages that may come in, besides those of this house.
    public var allowedOrigins: [OriginRule] = []
    /// What `/health` reports.
    public var version = "0.0.0"
    public init() {}
}

/// The ports really bound, for the start-up banner and for tests.
public struct GatewayPorts: Sendable, Hashable {
    public var webSocket: Int
    /// nil when HTTP is disabled.
    public var http: Int?
}
