/// Something wrong with the configuration, in words a person can act on.
public struct ConfigurationProblem: Error, Sendable, Equatable, CustomStringConvertible {
    public enum Severity: String, Sendable {
        /// The server will not start.
        case error
        /// The server starts and does something sensible.
        case warning
    }
    public var severity: Severity
    /// `server.port`; empty for a whole file.
    public var keyPath: String
    public var file: String
    /// 0 when there is none.
    public var line: Int
    public var message: String
    /// What to do, when that is known.
    public var suggestion: String?

    init(
        severity: Severity, keyPath: String, file: String, line: Int, message: String, suggestion: String? = nil
    ) {
        self.severity = severity
        self.keyPath = keyPath
        self.file = file
        self.line = line
        self.message = message
        self.suggestion = suggestion
    }

    public var description: String {
        let place = line > 0 ? "\(file):\(line)" : file
        let key = keyPath.isEmpty ? "" : "\(keyPath): "
        return "\(severity.rawValue): \(place): \(key)\(message)\(suggestion.map { "; \($0)" } ?? "")"
    }
}
