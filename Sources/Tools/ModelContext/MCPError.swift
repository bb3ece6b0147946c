/// Why an MCP request failed.
package enum MCPError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The peer answered with an error; devices leave the code out (conformance statement 38).
    case refused(code: Int?, message: String)
    case timedOut(method: String)
    /// The connection ended while the request was open.
    case closed(String)
    /// The peer answered something that is not MCP.
    case malformed(String)

    package var description: String {
        switch self {
        case .refused(let code, let message): "\(message)\(code.map { " (\($0))" } ?? "")"
        case .timedOut(let method): "no answer to \(method) in time"
        case .closed(let reason): "the connection ended: \(reason)"
        case .malformed(let what): "not understood: \(what)"
        }
    }
}
