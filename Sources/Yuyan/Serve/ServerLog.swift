import Logging
import Settings
import Telemetry

/// The log of this process. It must know every secret before its first line, and those of a new configuration before
/// anything is made from it.
struct ServerLog: Sendable {
    let level: LogLevel
    private let redactor: LogRedactor

    /// Makes itself the log of the process; call it once.
    init(_ settings: ServerSettings, secrets: ServerSecrets) {
        let redactor = LogRedactor(secrets: settings.secrets + [secrets.authKey, secrets.ownerToken])
        let format = LogFormat(configured: settings.logFormat, isTerminal: StandardError.isTerminal)
        let level = LogLevel(Self.level(settings))
        LoggingSystem.bootstrap { _ in
            ServerLogHandler(format: format, level: level, redactor: redactor) { StandardError.write($0) }
        }
        self.level = level
        self.redactor = redactor
    }

    /// Learns the secrets of a configuration that was just read.
    func learn(_ settings: ServerSettings) { redactor.add(settings.secrets) }

    /// Takes the level of a configuration that came into service.
    func change(_ settings: ServerSettings) { level.current = Self.level(settings) }

    private static func level(_ settings: ServerSettings) -> Logger.Level {
        Logger.Level(rawValue: settings.logLevel.lowercased()) ?? .info
    }
}
