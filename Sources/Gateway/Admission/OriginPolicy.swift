import Addresses

/// Which web pages may talk to this server through the browser of somebody who can reach it.
///
/// A browser opens WebSockets to any address from any page, also to one inside the house of its user: only the server can
/// say no (RFC 6455 10.2). Programs are not held by this: boards send no `Origin`, or one that no browser sends.
struct OriginPolicy: Sendable {
    private let allowed: [OriginRule]

    /// - Parameters:
    ///   - allowed: besides pages at home.
    ///   - advertised: the WebSocket URL told to devices; pages of its host are this server's own.
    init(allowed: [OriginRule], advertised: String?) {
        let own = advertised.flatMap(Self.host(of:)).map(OriginRule.host)
        self.allowed = allowed + (own.map { [$0] } ?? [])
    }

    /// - Throws: 403 for pages of others.
    func check(_ request: ArrivalRequest) throws(Admission.Refusal) {
        guard let origin = request.header("origin"), !WebOrigin.isNoBrowsers(origin) else { return }
        if allowed.contains(where: { $0.admits(origin) }) { return }
        if let page = WebOrigin(origin), page.isAtHome || isOfThisMachine(page, reachedAs: request.host) { return }
        throw Admission.Refusal(
            status: 403, code: .foreignOrigin,
            message: "a page of another web site may not talk to this server; its owner can allow it with "
                + "server.allowed_origins")
    }

    /// A page of the very address the client reached us by. Only an address: a name may be pointed anywhere by its owner.
    private func isOfThisMachine(_ page: WebOrigin, reachedAs host: String?) -> Bool {
        guard let host, let own = WebOrigin("http://\(host)")?.host, let address = IPAddress(own) else { return false }
        return IPAddress(page.host) == address
    }

    /// The host of `ws://host:port/path`.
    private static func host(of url: String) -> String? {
        guard let separator = url.firstRange(of: "://") else { return nil }
        let authority = url[separator.upperBound...].prefix { $0 != "/" && $0 != "?" }
        return WebOrigin("\(url[..<separator.lowerBound])://\(authority)")?.host
    }
}
