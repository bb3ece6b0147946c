/// One HTTP request to `/mcp`, already let in by the owner's token.
package struct AgentRequest: Sendable {
    /// Upper case.
    package var method: String
    /// Names in lower case, `host` among them.
    package var headers: [String: String]
    package var body: [UInt8]

    package init(method: String, headers: [String: String] = [:], body: [UInt8] = []) {
        self.method = method
        self.headers = headers
        self.body = body
    }
}
