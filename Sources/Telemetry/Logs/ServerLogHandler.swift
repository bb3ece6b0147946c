package import Logging
import JSON

/// Writes the server's log, a line for each event: time, level, component, message and what belongs to it, without
/// secrets. The composition root makes it the process's log.
///
/// `session_id`, `device_id`, `turn_id` and `component` come first and have the same names everywhere.
package struct ServerLogHandler: LogHandler {
    package var logLevel: Logger.Level {
        get { own ?? shared.current }
        set { own = newValue }
    }
    private let shared: LogLevel
    private var own: Logger.Level?
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    private let format: LogFormat
    private let redactor: LogRedactor
    private let now: @Sendable () -> Int64
    private let write: @Sendable ([UInt8]) -> Void

    /// A value is cut here, in characters.
    private static let valueLimit = 2000
    private static let leading = ["session_id", "device_id", "turn_id"]

    /// - Parameters:
    ///   - now: nanoseconds since 1970.
    ///   - write: gets whole lines, the line feed included; called from any task.
    package init(
        format: LogFormat, level: LogLevel, redactor: LogRedactor,
        now: @escaping @Sendable () -> Int64 = { WallClock.now() }, write: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.format = format
        shared = level
        self.redactor = redactor
        self.now = now
        self.write = write
    }

    package subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var all = metadata
        if let provided = metadataProvider?.get() { all.merge(provided) { $1 } }
        if let own = event.metadata { all.merge(own) { $1 } }
        if let error = event.error { all["error"] = "\(error)" }
        let component = all.removeValue(forKey: "component").map { "\($0)" } ?? event.source.lowercased()
        let head = Self.leading.compactMap { key in all[key].map { (key, $0) } }
        let rest = all.filter { !Self.leading.contains($0.key) }.sorted { $0.key < $1.key }
        let fields = (head + rest.map { ($0.key, $0.value) }).map { ($0, clean($1, key: $0)) }
        let message = cut(redactor.clean("\(event.message)"))
        switch format {
        case .json: write(json(event.level, component, message, fields))
        case .text: write(text(event.level, component, message, fields))
        }
    }

    private func json(
        _ level: Logger.Level, _ component: String, _ message: String, _ fields: [(String, String)]
    ) -> [UInt8] {
        var object: JSONObject = [
            "time": .string(WallClock.text(now())), "level": .string(level.rawValue), "component": .string(component),
            "message": .string(message),
        ]
        for (key, value) in fields where object[key] == nil { object[key] = .string(value) }
        return JSON.object(object).bytes + [0x0A]
    }

    private func text(
        _ level: Logger.Level, _ component: String, _ message: String, _ fields: [(String, String)]
    ) -> [UInt8] {
        let pad = { (text: String, width: Int) in text + String(repeating: " ", count: max(0, width - text.count)) }
        var line = "\(WallClock.text(now())) \(pad(level.rawValue.uppercased(), 8)) \(pad(component, 13)) \(message)"
        for (key, value) in fields { line += value.contains(" ") ? "  \(key)=\"\(value)\"" : "  \(key)=\(value)" }
        // Nothing a device or a service sent may move a terminal's cursor or forge a line.
        let plain = line.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) }
        return Array(String(plain).utf8) + [0x0A]
    }

    private func clean(_ value: Logger.MetadataValue, key: String) -> String {
        if redactor.isSecret(key: key) { return LogRedactor.mark }
        switch value {
        case .dictionary(let members):
            let inner = members.sorted { $0.key < $1.key }.map { "\($0.key): \(clean($0.value, key: $0.key))" }
            return cut("{\(inner.joined(separator: ", "))}")
        case .array(let values): return cut("[\(values.map { clean($0, key: "") }.joined(separator: ", "))]")
        case .string, .stringConvertible: return cut(redactor.clean("\(value)"))
        }
    }

    private func cut(_ text: String) -> String {
        text.utf8.count <= Self.valueLimit ? text : text.prefix(Self.valueLimit) + "…"
    }
}
