import JSON

/// What a JSON-RPC answer says when something is wrong.
struct RPCError: Error, Sendable, Equatable {
    var code: Int
    var message: String

    static func parse(_ message: String) -> Self { Self(code: -32700, message: message) }
    static func invalidRequest(_ message: String) -> Self { Self(code: -32600, message: message) }
    static func unknownMethod(_ message: String) -> Self { Self(code: -32601, message: message) }
    static func invalidParameters(_ message: String) -> Self { Self(code: -32602, message: message) }
    /// The code the official SDKs use with HTTP 404.
    static func unknownSession(_ message: String) -> Self { Self(code: -32001, message: message) }

    static func busy(_ message: String) -> Self { Self(code: -32000, message: message) }
    /// The code of the Language Server Protocol; MCP names none.
    static func cancelled(_ message: String) -> Self { Self(code: -32800, message: message) }

    /// - Parameter id: of the request; null when it could not be read.
    func reply(to id: JSON) -> JSON {
        [
            "jsonrpc": "2.0", "id": id,
            "error": ["code": .integer(Int64(code)), "message": .string(message)],
        ]
    }
}
