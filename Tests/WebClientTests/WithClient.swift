import WebClient

/// Runs `body` with a client and shuts it down whatever happens.
func withClient<Result>(
    limits: WebLimits = WebLimits(), _ body: (WebClient) async throws -> Result
) async throws -> Result {
    let client = WebClient(limits: limits)
    do {
        let result = try await body(client)
        try await client.shutdown()
        return result
    } catch {
        try await client.shutdown()
        throw error
    }
}
