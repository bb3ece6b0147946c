/// One entry of `server.allowed_origins`: whose web pages may talk to this server.
public enum OriginRule: Sendable, Hashable {
    /// `*`
    case any
    /// `null`: pages without an origin, as those of a sandboxed frame.
    case null
    /// `https://app.example.com`
    case origin(WebOrigin)
    /// `app.example.com`: any scheme and port.
    case host(String)

    /// - Parameter text: as written by the owner; nil for what is none of the above.
    public init?(_ text: String) {
        switch text {
        case "*": self = .any
        case "null": self = .null
        case _ where text.contains("://"):
            guard let origin = WebOrigin(text) else { return nil }
            self = .origin(origin)
        default:
            guard let origin = WebOrigin("http://\(text)"), text.allSatisfy({ !":/".contains($0) }) else { return nil }
            self = .host(origin.host)
        }
    }

    /// - Parameter origin: the value of the header.
    public func admits(_ origin: String) -> Bool {
        switch self {
        case .any: true
        case .null: origin == "null"
        case .origin(let allowed): WebOrigin(origin) == allowed
        case .host(let host): WebOrigin(origin)?.host == host
        }
    }
}
