import Gateway
import JSON

/// `POST /api/reload`: the owner's programs load the configuration anew.
struct ReloadPages: Sendable {
    static let path = "/api/reload"
    let desk: ReloadDesk

    /// - Returns: nil for an address of somebody else.
    func answer(_ request: OwnerRequest) async -> OwnerAnswer? {
        guard request.path == Self.path else { return nil }
        guard request.method == "POST" else {
            return OwnerAnswer(
                status: 405, headers: [(name: "allow", value: "POST")],
                body: Array(#"{"error":{"code":"method_not_allowed","message":"this address takes a POST"}}"#.utf8))
        }
        let outcome = await desk.reload("api")
        return OwnerAnswer(status: outcome.status, body: outcome.json.bytes)
    }
}

extension ReloadOutcome {
    /// HTTP: the request was right, but the files are not.
    fileprivate var status: Int {
        switch self {
        case .applied: 200
        case .refused: 422
        }
    }
}
