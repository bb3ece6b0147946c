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
        try origins.check(request)
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

    /// What a stranger wrote, for a log line: something absurd is not worth a page of it.
    static func loggable(_ text: String?) -> String {
        guard let text else { return "" }
        return isSane(text) ? text : "(invalid, \(text.utf8.count) bytes)"
    }

    /// A proxy's word for the client's address counts only when the peer is a proxy we know.
    func remoteAddress(of request: ArrivalRequest, peer: String) -> String {
        guard trustedProxies.contain(peer) else { return peer }
        // Each proxy appends who came to it; what stands before the first stranger is that stranger's own claim.
        // `x-real-ip` holds one address; many proxies hand on what the client itself wrote there.
        let header = request.header("x-forwarded-for") ?? request.header("x-real-ip") ?? ""
        let forwarded = header.split(separator: ",").map(Self.address(in:)).last { !trustedProxies.contain($0) }
        guard let forwarded, IPAddress(forwarded) != nil else { return peer }
        return forwarded
    }

    /// The address in ` 10.0.0.1`, `10.0.0.1:5000` or `[fd00::5]:5000`.
    private static func address(in element: Substring) -> String {
        let text = element.filter { $0 != " " && $0 != "\t" && $0 != "\"" }
        if text.first == "[" { return String(text.dropFirst().prefix { $0 != "]" }) }
        return text.split(separator: ":").count == 2 && text.contains(".") ? String(text.prefix { $0 != ":" }) : text
    }
}
