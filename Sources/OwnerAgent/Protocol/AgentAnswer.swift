package import JSON

/// The whole HTTP answer to an `AgentRequest`.
package struct AgentAnswer: Sendable, Equatable {
    /// HTTP status.
    package var status: Int
    /// Names in lower case, besides type and length.
    package var headers: [String: String]
    /// JSON; nil: no body.
    package var body: JSON?

    package init(status: Int = 200, headers: [String: String] = [:], body: JSON? = nil) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}
