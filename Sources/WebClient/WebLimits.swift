/// What a `WebClient` allows itself toward each host. A service that needs other figures gets a client of its own at
/// start; no client is ever made per call.
public struct WebLimits: Sendable, Hashable {
    /// How long a TCP and TLS handshake may take.
    public var connectTimeout = Duration.seconds(5)
    /// How long until an answer's head must be here, the connection's making included; a request may say otherwise.
    public var firstByteTimeout = Duration.seconds(5)
    /// Requests to one host (name and port) at a time; an answer that is still read counts, and speech is read as slowly
    /// as it is played, so this must be well above the devices that talk at a time.
    public var concurrentRequests = 256
    /// Requests to one host that may wait for their turn; more are refused with `.overloaded`.
    public var waitingRequests = 64
    /// How long a request waits for its turn before it is refused with `.overloaded`.
    public var waitingTimeout = Duration.seconds(5)

    public init() {}
}
