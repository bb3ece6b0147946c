import Addresses
import Conversation
import DeviceProtocol
import JSON

/// Whether a request may become a session. Pure, so that the upgrade and the plain answer agree.
struct Admission: Sendable {
    let authenticator: DeviceAuthenticator
    let origins: OriginPolicy
    /// Loopback among them.
    let trustedProxies: [AddressRange]

    init(_ configuration: GatewayConfiguration, authenticator: DeviceAuthenticator) {
        self.authenticator = authenticator
        origins = OriginPolicy(
            allowed: configuration.allowedOrigins, advertised: configuration.advertisedWebSocketURL)
        trustedProxies = AddressRange.loopback + configuration.trustedProxies
    }

    /// Why not, as the client is told.
    struct Refusal: Error, Hashable {
        /// HTTP status.
        var status: Int
        /// Stable name for programs.
        var code: RefusalReason
        /// For people.
        var message: String
        /// Seconds until another try may do better; nil: it will not.
        var retryAfter: Int?

        var json: JSON { ["error": ["code": .string(code.rawValue), "message": .string(message)]] }
    }

    /// - Parameter now: Unix time in seconds.
    /// - Throws: 403 for a foreign web page, 400 without a usable device id (conformance statement 3), 401 without a good
    ///   token (statement 4).
    func identify(_ request: ArrivalRequest, peer: String, now: Int64) throws(Refusal) -> DeviceIdentity {
        try origins.check(request.header("origin"))
        let deviceID = request["device-id"] ?? ""
        guard !deviceID.isEmpty else {
            throw Refusal(
                status: 400, code: .missingDeviceID,
                message: "send your MAC address as the Device-Id header or the device-id query parameter")
        }
        let clientID = request["client-id"] ?? ""
        guard DeviceID.isValid(deviceID), Self.isSane(clientID) else {
            throw Refusal(
                status: 400, code: .invalidDeviceID,
                message: "Device-Id is a MAC address or other plain name, Client-Id a UUID; both have at most 128 bytes"
            )
        }
        do {
            try authenticator.check(
                authorization: request["authorization"], deviceID: deviceID, clientID: clientID, now: now)
        } catch {
            throw Refusal(status: 401, code: .unauthorized, message: error.rawValue)
        }
        return DeviceIdentity(
            deviceID: deviceID, clientID: clientID, remoteAddress: remoteAddress(of: request, peer: peer))
    }

    /// Short and printable, so it can go into logs and storage keys.
    static func isSane(_ id: String) -> Bool {
        id.utf8.count <= 128
            && id.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control && $0 != "\u{FFFD}" }
    }

    /// A proxy's word for the client's address counts only when the peer is a proxy we know.
    func remoteAddress(of request: ArrivalRequest, peer: String) -> String {
        guard trustedProxies.contain(peer) else { return peer }
        // Each proxy appends who came to it; what stands before the first stranger is that stranger's own claim.
        let forwarded = request.header("x-forwarded-for")?.split(separator: ",")
            .map { String($0.drop { $0 == " " }.prefix { $0 != " " }) }.last { !trustedProxies.contain($0) }
        guard let claim = request.header("x-real-ip") ?? forwarded else { return peer }
        let address = String(claim.drop { $0 == " " }.prefix { $0 != " " })
        let isAddress =
            (2...45).contains(address.utf8.count) && address.allSatisfy { $0.isHexDigit || ".:".contains($0) }
        return isAddress ? address : peer
    }
}
