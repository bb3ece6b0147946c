public import JSON

/// One JSON message of a device. Tolerant of everything that clients really do: `session_id` may be empty or missing
/// (statement 9), unknown members are ignored, optional ones of a wrong type count as missing.
public enum DeviceMessage: Sendable, Equatable {
    case hello(ClientHello)
    case listen(ListenCommand)
    /// The person does not want to hear more.
    case abort(reason: String?)
    /// JSON-RPC of the device's own tools.
    case mcp(JSON)
    /// Descriptors or states of the older tool protocol.
    case iot(JSON)
    case goodbye
    case ping
    /// Administration by a console that knows the server's secret.
    case server(JSON)
    case unknown(type: String)

    /// - Parameter bytes: the UTF-8 of a text frame.
    /// - Throws: `DeviceMessageError` when it is not an object with a `type`, or a needed member is wrong.
    public init(parsing bytes: [UInt8]) throws(DeviceMessageError) {
        let json: JSON
        do { json = try JSON(parsing: bytes) } catch { throw DeviceMessageError(cause: error) }
        guard json.object != nil else { throw DeviceMessageError(key: "", expected: "an object") }
        guard let type = json["type"]?.string else { throw DeviceMessageError(key: "type", expected: "a string") }
        switch type {
        case "hello": self = .hello(ClientHello(json))
        case "listen": self = .listen(try ListenCommand(json))
        case "abort": self = .abort(reason: json["reason"]?.string)
        case "mcp":
            guard let payload = json["payload"], payload.object != nil else {
                throw DeviceMessageError(key: "payload", expected: "an object")
            }
            self = .mcp(payload)
        case "iot": self = .iot(json)
        case "goodbye": self = .goodbye
        case "ping": self = .ping
        case "server": self = .server(json)
        default: self = .unknown(type: type)
        }
    }

    /// The message's `type`, for logs.
    public var name: String {
        switch self {
        case .hello: "hello"
        case .listen: "listen"
        case .abort: "abort"
        case .mcp: "mcp"
        case .iot: "iot"
        case .goodbye: "goodbye"
        case .ping: "ping"
        case .server: "server"
        case .unknown(let type): type
        }
    }
}

/// Why a text frame is not a message.
public struct DeviceMessageError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The member that is wrong; empty for the message itself.
    public var key: String
    public var expected: String
    /// Why it is not even JSON.
    public var cause: JSONError?

    init(key: String, expected: String) {
        self.key = key
        self.expected = expected
    }

    init(cause: JSONError) {
        key = ""
        expected = "JSON"
        self.cause = cause
    }

    public var description: String {
        if let cause { return "the message is not JSON: \(cause)" }
        return key.isEmpty ? "the message is not \(expected)" : "\"\(key)\" must be \(expected)"
    }
}
