/// What a `FaultProxy` does to the connections that pass through it.
public enum Fault: Sendable, Hashable {
    /// Passes everything on.
    case none
    /// Every piece of the answer comes so much later.
    case delay(Duration)
    /// After so many bytes of answer on a connection nothing comes any more; the connection stays open.
    case stall(afterBytes: Int)
    /// After so many bytes of answer the connection is closed.
    case cut(afterBytes: Int)
    /// Connections are accepted and never answered, and what is sent is swallowed.
    case halfOpen
    /// Instead of the answer come bytes that are no protocol's, then the connection is closed.
    case garbage
    /// The answer comes in pieces of so many bytes, one each interval.
    case slowDrip(bytes: Int, every: Duration)
    /// Nobody listens at the port; open connections are closed at their next byte.
    case refuse
}
