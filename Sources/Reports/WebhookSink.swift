import JSON
package import Storage
package import WebClient

/// Posts reports to an HTTP address as `{"reports":[…]}`; any 2xx answer acknowledges all of them.
///
/// A receiver that sees a `report_id` twice ignores the second: an answer may have been lost on its way back.
package struct WebhookSink: ReportSink {
    package let name = "webhook"
    private let url: String
    private let client: WebClient

    /// - Parameter url: begins with `http://` or `https://`; a token in it is never logged.
    /// - Returns: nil for another address.
    package init?(url: String, client: WebClient) {
        let lower = url.lowercased()
        guard lower.hasPrefix("http://") || lower.hasPrefix("https://") else { return nil }
        self.url = url
        self.client = client
    }

    /// - Throws: `ProviderError` for anything but a 2xx answer; `.cancelled` with its task.
    package func deliver(_ reports: [Report]) async throws {
        let body: JSON = ["reports": .array(reports.map(\.json))]
        let request = WebRequest(
            url: url, headers: [("Content-Type", "application/json")], body: body.bytes)
        // What the receiver answers beyond its status is of no interest.
        _ = try await client.send(request, provider: name, limit: 64 * 1024)
    }
}
