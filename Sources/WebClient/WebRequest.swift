/// A call to a service.
public struct WebRequest: Sendable {
    public var method: String
    public var url: String
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]
    /// How long until the answer's head must be here; nil is the client's own limit (5 s).
    public var firstByteTimeout: Duration?
    /// How long an answer that has begun may be silent, not counting the time its reader takes; nil: for ever, which
    /// only a stream of rare events needs. Comments that keep a stream alive are not silence.
    public var idleTimeout: Duration? = .seconds(30)
    /// How long the whole call may take; nil: 30 s for `send` (the first byte's time when that is longer), any time for
    /// `stream`.
    public var totalTimeout: Duration?

    public init(
        method: String = "POST", url: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
        firstByteTimeout: Duration? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.firstByteTimeout = firstByteTimeout
    }

    /// Adds `Authorization: Bearer`, when there is a key.
    public mutating func authorize(with key: String?) {
        if let key, !key.isEmpty { headers.append(("Authorization", "Bearer \(key)")) }
    }
}
