import Addresses

/// Which web pages may talk to this server through the browser of somebody who can reach it.
///
/// A browser opens WebSockets to any address from any page, also to one inside the house of its user: only the server can
/// say no (RFC 6455 10.2). Boards are no browsers and send no `Origin`.
struct OriginPolicy: Sendable {
    private let allowed: [OriginRule]

    /// - Parameters:
    ///   - allowed: besides pages at home.
    ///   - advertised: the WebSocket URL told to devices; pages of its host are this server's own.
    init(allowed: [OriginRule], advertised: String?) {
        let own = advertised.flatMap(Self.host(of:)).map(OriginRule.host)
        self.allowed = allowed + (own.map { [$0] } ?? [])
    }

    /// - Parameter origin: the request's header; nil: none was sent.
    /// - Throws: 403 for pages of others.
    func check(_ origin: String?) throws(Admission.Refusal) {
        guard let origin, !allowed.contains(where: { $0.admits(origin) }), WebOrigin(origin)?.isAtHome != true else {
            return
        }
        throw Admission.Refusal(
            status: 403, code: .foreignOrigin,
            message: "a page of another web site may not talk to this server; its owner can allow it with "
                + "server.allowed_origins")
    }

    /// The host of `ws://host:port/path`.
    private static func host(of url: String) -> String? {
        guard let separator = url.firstRange(of: "://") else { return nil }
        let authority = url[separator.upperBound...].prefix { $0 != "/" && $0 != "?" }
        return WebOrigin("\(url[..<separator.lowerBound])://\(authority)")?.host
    }
}
