import JSON

/// One message of an agent. Pure.
enum RPCMessage: Sendable, Equatable {
    case request(id: JSON, method: String, parameters: JSON)
    case notification(method: String, parameters: JSON)
    /// The answer to a request; this server asks nothing, so it is only acknowledged.
    case response

    /// - Throws: `RPCError.invalidRequest`.
    init(_ json: JSON) throws(RPCError) {
        guard json.object != nil else { throw .invalidRequest("a message is a JSON object") }
        guard json["jsonrpc"] == "2.0" else { throw .invalidRequest("\"jsonrpc\" must be \"2.0\"") }
        guard let method = json["method"] else {
            guard json["result"] != nil || json["error"] != nil else {
                throw .invalidRequest("\"method\" is missing")
            }
            self = .response
            return
        }
        guard let method = method.string else { throw .invalidRequest("\"method\" must be a string") }
        let parameters = json["params"] ?? [:]
        guard parameters.object != nil else { throw .invalidRequest("\"params\" must be an object") }
        switch json["id"] {
        case nil: self = .notification(method: method, parameters: parameters)
        case .string?, .integer?, .number?:
            self = .request(id: json["id"] ?? .null, method: method, parameters: parameters)
        default: throw .invalidRequest("\"id\" must be a string or a number")
        }
    }

    /// The id to answer to when the rest of a message is wrong; null when there is none.
    static func id(of json: JSON) -> JSON {
        switch json["id"] {
        case .string?, .integer?, .number?: json["id"] ?? .null
        default: .null
        }
    }
}
