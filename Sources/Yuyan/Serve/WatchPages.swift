import Conversation
import Gateway
import JSON
import Telemetry

/// What the owner may watch over HTTP: `/metrics`, `/api/turns` and `/api/alerts`.
struct WatchPages: Sendable {
    let metrics: ServerMetrics
    let turns: FlightRecorder
    let alerts: AlertBook

    /// Turns of one answer at most.
    private static let turnLimit = 500

    /// - Returns: nil for an address of somebody else.
    func answer(_ request: OwnerRequest) -> OwnerAnswer? {
        guard ["/metrics", "/api/turns", "/api/alerts"].contains(request.path) else { return nil }
        guard request.method == "GET" else {
            return OwnerAnswer(
                status: 405, headers: [(name: "allow", value: "GET")],
                body: Self.error("method_not_allowed", "this address is read with GET"))
        }
        switch request.path {
        case "/metrics": return OwnerAnswer(type: MetricsRegistry.contentType, body: metrics.registry.render())
        case "/api/alerts": return OwnerAnswer(body: alerts.json.bytes)
        default: return lastTurns(request.query)
        }
    }

    /// `device` picks one device, `limit` how many turns, `format=text` draws them as waterfalls.
    private func lastTurns(_ query: [String: String]) -> OwnerAnswer {
        var limit = 100
        if let text = query["limit"] {
            guard let value = Int(text), (1...Self.turnLimit).contains(value) else {
                return OwnerAnswer(
                    status: 400, body: Self.error("bad_limit", "limit is a number from 1 to \(Self.turnLimit)"))
            }
            limit = value
        }
        let device = query["device"].flatMap { $0.isEmpty ? nil : $0 }
        switch query["format"] {
        case nil, "json": return OwnerAnswer(body: turns.json(of: device, limit: limit).bytes)
        case "text":
            let text = turns.text(of: device, limit: limit)
            return OwnerAnswer(type: "text/plain; charset=utf-8", body: Array((text + "\n").utf8))
        default:
            return OwnerAnswer(status: 400, body: Self.error("bad_format", "format is json or text"))
        }
    }

    private static func error(_ code: String, _ message: String) -> [UInt8] {
        let body: JSON = ["error": ["code": .string(code), "message": .string(message)]]
        return body.bytes
    }
}
