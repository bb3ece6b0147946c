/// Where a web page came from, as a browser tells it in `Origin` (RFC 6454 6.2): scheme, host and port.
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
        let after: Substring
        if authority.first == "[" {
            guard let bracket = authority.firstIndex(of: "]") else { return nil }
            host = String(authority[..<bracket].dropFirst())
            after = authority[bracket...].dropFirst()
            guard host.contains(":"), IPAddress(host) != nil else { return nil }
        } else {
            let end = authority.firstIndex(of: ":") ?? authority.endIndex
            host = String(authority[..<end])
            after = authority[end...]
            guard host.utf8.allSatisfy(Self.isOfName), !host.isEmpty || scheme == "file" else { return nil }
        }
        if after.isEmpty {
            port = ["http": 80, "ws": 80, "https": 443, "wss": 443][scheme]
        } else {
            guard after.first == ":", let number = UInt16(after.dropFirst()) else { return nil }
            port = Int(number)
        }
    }

    /// What a name holds on the wire, where `münchen` is `xn--mnchen-3ya`.
    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
            UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// Whether such a page can only come from this machine, this house or an app of it: a private address, a name that the
    /// internet does not know, a file, or a web view's `localhost`. A page that points its own name at a private address
    /// (DNS rebinding) still has its own name here; a browser's extension has a scheme of its own.
    public var isAtHome: Bool {
        let name = host.hasSuffix(".") ? host.dropLast() : host[...]
        if scheme == "file" || name == "localhost" { return true }
        guard ["http", "https"].contains(scheme), !name.isEmpty else { return false }
        if IPAddress(name) != nil { return AddressRange.home.contain(String(name)) }
        // Names kept out of the public tree (RFC 6761, 6762, 8375; `internal` by ICANN), and what home routers hand out.
        let ends = [".localhost", ".local", ".internal", ".lan", ".home", ".home.arpa"]
        return !name.contains(".") || ends.contains { name.hasSuffix($0) }
    }
}

extension WebOrigin {
    /// Whether a program wrote this `Origin` that is no browser: a browser's ends with host or port, and a path is what some
    /// libraries of boards put there (`https://github.com/gilmaimon/TinyWebsockets`).
    public static func isNoBrowsers(_ text: String) -> Bool {
        guard let separator = text.firstRange(of: "://"),
            let slash = text[separator.upperBound...].firstIndex(of: "/"),
            WebOrigin(String(text[..<slash])) != nil
        else { return false }
        let path = text[slash...].dropFirst()
        return !path.isEmpty
            && path.utf8.allSatisfy { isOfName($0) || (65...90).contains($0) || $0 == UInt8(ascii: "/") }
    }
}
