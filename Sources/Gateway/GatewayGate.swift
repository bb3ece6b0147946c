import Conversation
import NIOHTTP1

/// What both ports share: who may come in, how many are in, and what time it is.
struct GatewayGate: Sendable {
    let configuration: GatewayConfiguration
    let admission: Admission
    let door: Doorkeeper
    /// Unix time in milliseconds.
    let now: @Sendable () -> Int64
    /// Told of everyone who is not let in; must not block.
    var onRefusal: @Sendable (RefusalReason) -> Void = { _ in }

    /// Takes a place for a device whose handshake is right; who got one gives it back with `door.leave`.
    func admit(_ head: HTTPRequestHead, peer: String) throws(Admission.Refusal) -> DeviceIdentity {
        let request = ArrivalRequest(head)
        let identity = try admission.identify(request, peer: peer, now: now() / 1000)
        guard head.method == .GET,
            head.headers[canonicalForm: "connection"].contains(where: { $0.lowercased() == "upgrade" }),
            head.headers["sec-websocket-version"] == ["13"], head.headers["sec-websocket-key"].count == 1,
            head.headers[canonicalForm: "upgrade"].contains(where: { $0.lowercased() == "websocket" })
        else {
            throw Admission.Refusal(
                status: 400, code: .badHandshake,
                message: "a WebSocket handshake is a GET with Connection: Upgrade, Sec-WebSocket-Key and version 13")
        }
        try door.enter(identity.remoteAddress, now: now())
        return identity
    }
}
