/// The owner's way in on the HTTP port: metrics, the API, and the agent's tools. Everything behind it wants the owner's
/// token as `Authorization: Bearer …`; what answers there lives in other rooms and is handed in by the composition root.
public struct OwnerAccess: Sendable {
    /// Answers one request whose token is right.
    ///
    /// - Returns: nil when nothing lives at that address.
    public typealias Handler = @Sendable (OwnerRequest) async -> OwnerAnswer?

    private let token: String
    let handle: Handler

    /// - Parameters:
    ///   - token: the owner's secret; an empty one lets nobody in.
    ///   - handlers: asked in order until one answers.
    public init(token: String, handlers: [Handler]) {
        self.token = token
        handle = { request in
            for handler in handlers {
                if let answer = await handler(request) { return answer }
            }
            return nil
        }
    }

    /// Where the owner's addresses begin; everything else on the port is for devices.
    static func isOwners(_ path: String) -> Bool {
        path == "/metrics" || path == "/mcp" || path.hasPrefix("/api/")
    }

    /// - Parameter authorization: the header's value.
    func admits(authorization: String?) -> Bool {
        guard !token.isEmpty, let authorization, authorization.prefix(7).lowercased() == "bearer " else { return false }
        return SecretComparison.isEqual(authorization.dropFirst(7), token)
    }
}

/// A request to one of the owner's addresses, in values that rooms without HTTP can read.
public struct OwnerRequest: Sendable {
    /// Upper case.
    public var method: String
    /// Without a closing slash and without the query.
    public var path: String
    public var query: [String: String]
    /// Names in lower case; without `authorization`.
    public var headers: [String: String]
    /// At most `GatewayConfiguration.maximumBodyBytes`.
    public var body: [UInt8]

    public init(
        method: String, path: String, query: [String: String] = [:], headers: [String: String] = [:],
        body: [UInt8] = []
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
    }
}

/// The whole answer to an `OwnerRequest`.
public struct OwnerAnswer: Sendable {
    /// HTTP status.
    public var status: Int
    /// `content-type` and others; the length is added.
    public var headers: [(name: String, value: String)]
    public var body: [UInt8]

    public init(
        status: Int = 200, type: String = "application/json", headers: [(name: String, value: String)] = [],
        body: [UInt8] = []
    ) {
        self.status = status
        self.headers = [("content-type", type)] + headers
        self.body = body
    }
}
