import HTTPTypes
import NIOHTTP1

/// The head of a request in the one form both ports read: headers first, query parameters where a header is absent
/// (conformance statement 2; browsers cannot set headers on a WebSocket).
struct ArrivalRequest: Sendable {
    let query: [String: String]
    let headers: [String: String]
    /// The host without port, as the client wrote it.
    let host: String?

    /// - Parameters:
    ///   - uri: path and query as sent.
    ///   - headers: names in any case; the first of several equal names wins, but `x-forwarded-for` is one list however
    ///     many lines it has (RFC 9110 5.3): each proxy may add one.
    init(uri: String, headers fields: [(String, String)]) {
        query = Self.parameters(of: uri)
        var headers: [String: String] = [:]
        for (name, value) in fields {
            let name = name.lowercased()
            if let first = headers[name] {
                if name == "x-forwarded-for" { headers[name] = "\(first),\(value)" }
            } else {
                headers[name] = value
            }
        }
        self.headers = headers
        host = headers["host"]
    }

    init(_ head: HTTPRequestHead) {
        self.init(uri: head.uri, headers: head.headers.map { ($0.name, $0.value) })
    }

    init(_ head: HTTPRequest) {
        var fields = head.headerFields.map { ($0.name.canonicalName, $0.value) }
        if let authority = head.authority { fields.append(("host", authority)) }
        self.init(uri: head.path ?? "/", headers: fields)
    }

    /// A header, or the query parameter of the same name; an empty header counts as absent.
    subscript(name: String) -> String? {
        if let value = headers[name], !value.isEmpty { return value }
        return query[name]
    }

    func header(_ name: String) -> String? { headers[name] }

    /// Whether the client asked for a WebSocket, well or badly.
    var wantsWebSocket: Bool { headers["upgrade"]?.lowercased().contains("websocket") ?? false }

    private static func parameters(of uri: String) -> [String: String] {
        guard let mark = uri.firstIndex(of: "?") else { return [:] }
        var result: [String: String] = [:]
        for pair in uri[uri.index(after: mark)...].split(separator: "&").prefix(64) {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = decoded(parts[0]).lowercased()
            if result[name] == nil { result[name] = parts.count > 1 ? decoded(parts[1]) : "" }
        }
        return result
    }

    /// Percent-decodes; a broken escape stands for itself, broken UTF-8 is repaired.
    private static func decoded(_ text: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%"), rest.count >= 2,
                let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
            {
                bytes.append(value)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(byte == UInt8(ascii: "+") ? UInt8(ascii: " ") : byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
