/// Where a web page came from, as a browser tells it in `Origin` (RFC 6454): scheme, host and port.
public struct WebOrigin: Sendable, Hashable {
    public let scheme: String
    /// In lower case; an IPv6 address without brackets; empty for `file://`.
    public let host: String
    /// The scheme's own when none is written; nil for a scheme that has none.
    public let port: Int?

    /// - Parameter text: `scheme://host` or `scheme://host:port`; a `/` at the end does no harm. nil for anything else,
    ///   and for the `null` of a page without an origin.
    public init?(_ text: String) {
        let text = text.lowercased()
        guard let separator = text.firstRange(of: "://"), separator.lowerBound != text.startIndex else { return nil }
        scheme = String(text[..<separator.lowerBound])
        var authority = text[separator.upperBound...]
        if authority.last == "/" { authority.removeLast() }
        guard !authority.contains(where: { "/?#@ ".contains($0) }) else { return nil }
        var portText: Substring?
        if authority.first == "[", let bracket = authority.firstIndex(of: "]") {
            host = String(authority[..<bracket].dropFirst())
            let rest = authority[bracket...].dropFirst()
            guard rest.isEmpty || rest.first == ":" else { return nil }
            if !rest.isEmpty { portText = rest.dropFirst() }
        } else {
            let parts = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            host = parts.first.map(String.init) ?? ""
            if parts.count == 2 { portText = parts[1] }
        }
        guard !host.isEmpty || scheme == "file" else { return nil }
        if let portText {
            guard let number = UInt16(portText) else { return nil }
            port = Int(number)
        } else {
            port = ["http": 80, "ws": 80, "https": 443, "wss": 443][scheme]
        }
    }

    /// Whether such a page can only come from this machine, this house or an app: a private address, a name that the
    /// internet does not know, or a scheme that no web site has. A page that points its own name at a private address
    /// (DNS rebinding) still has its own name here.
    public var isAtHome: Bool {
        if scheme == "file" { return true }
        if AddressRange.home.contain(host) { return true }
        guard AddressRange(host) == nil else { return false }
        let labels = host.split(separator: ".")
        guard labels.count > 1, let last = labels.last else { return host == "localhost" || !host.contains(".") }
        // Names kept out of the public tree (RFC 6761, 6762, 8375; `internal` by ICANN), and what home routers hand out.
        return ["localhost", "local", "internal", "lan", "home"].contains(last) || host.hasSuffix(".home.arpa")
    }
}
