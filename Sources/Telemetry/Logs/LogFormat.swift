/// How a log line looks.
package enum LogFormat: String, Sendable {
    /// One JSON object a line, for machines.
    case json
    /// Words in columns, for a terminal.
    case text

    /// - Parameters:
    ///   - configured: `json` or `text`; anything else: as the place it goes to wants it.
    ///   - isTerminal: whether a person reads along.
    package init(configured: String, isTerminal: Bool) {
        self = LogFormat(rawValue: configured.lowercased()) ?? (isTerminal ? .text : .json)
    }
}
