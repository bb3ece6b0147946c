/// A call to a service.
public struct WebRequest: Sendable {
    public var method: String
    public var url: String
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]
    /// How long until the answer's head must be here.
    public var firstByteTimeout: Duration

    public init(
        method: String = "POST", url: String, headers: [(name: String, value: String)] = [], body: [UInt8] = [],
        firstByteTimeout: Duration = .seconds(15)
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
