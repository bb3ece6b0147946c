import HTTPTypes
import Hummingbird
import Logging

/// Answers what did not become a WebSocket on the WebSocket port: says what this is, or why it was refused.
struct WebSocketPortResponder: HTTPResponder {
    typealias Context = GatewayRequestContext
    let gate: GatewayGate

    func respond(to request: Request, context: GatewayRequestContext) async throws -> Response {
        let arrival = ArrivalRequest(request.head)
        guard arrival.wantsWebSocket else {
            return HTTPReply.text("Yuyan is running. This is its WebSocket port for xiaozhi devices, not a web page.\n")
        }
        do {
            _ = try gate.admission.identify(arrival, peer: context.peer, now: gate.nowSeconds)
        } catch let refusal {
            context.logger.notice(
                "A device was refused",
                metadata: [
                    "device": "\(logged(arrival["device-id"]))", "peer": "\(context.peer)", "code": "\(refusal.code)",
                ])
            return HTTPReply.refusal(refusal)
        }
        guard request.method == .get, arrival.header("sec-websocket-version") == "13",
            arrival.header("sec-websocket-key") != nil
        else {
            return HTTPReply.error(
                .badRequest, "bad_handshake", "a WebSocket handshake is a GET with Sec-WebSocket-Key and version 13")
        }
        var busy = HTTPReply.error(.serviceUnavailable, "busy", "too many devices are connected: try again later")
        busy.headers[.retryAfter] = "30"
        context.logger.warning("A device was turned away: too many connections", metadata: ["peer": "\(context.peer)"])
        return busy
    }

    /// An absurd id is not worth a page of log.
    private func logged(_ id: String?) -> String {
        guard let id else { return "" }
        return Admission.isSane(id) ? id : "(invalid, \(id.utf8.count) bytes)"
    }
}
