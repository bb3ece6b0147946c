import Logging

/// What the owner may type while `yuyan serve` runs on a terminal.
enum KeyboardCommand: Equatable {
    case status, sessions, reload, drain, quit, help
    /// The last turns, of one device or of all.
    case turns(device: String?)
    /// Ends a session, named by its id, its beginning, or its device.
    case kick(String)
    case logLevel(Logger.Level)
    /// Not understood: what to say.
    case unknown(String)
    /// An empty line.
    case nothing

    init(_ line: String) {
        let words = line.split(whereSeparator: \.isWhitespace).map(String.init)
        let argument = words.dropFirst().first
        switch words.first?.lowercased() {
        case nil: self = .nothing
        case "status": self = .status
        case "sessions": self = .sessions
        case "turns": self = .turns(device: argument)
        case "reload": self = .reload
        case "drain": self = .drain
        case "quit", "exit": self = .quit
        case "help", "?": self = .help
        case "kick":
            guard let argument else {
                self = .unknown("kick whom? A session's id or a device's, see: sessions")
                return
            }
            self = .kick(argument)
        case "loglevel":
            guard let argument, let level = Logger.Level(rawValue: argument.lowercased()) else {
                let levels = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
                self = .unknown("loglevel takes one of \(levels)")
                return
            }
            self = .logLevel(level)
        case let word?: self = .unknown("there is no command \(word.prefix(32)); type help")
        }
    }

    static let list = """
        status            version, memory, what each stage runs on, alerts
        sessions          who is connected
        turns [DEVICE]    the last turns as waterfalls
        kick ID           end a session (its id, its beginning, or a device)
        loglevel LEVEL    trace, debug, info, notice, warning, error
        reload            load the configuration anew; nobody is disconnected
        drain             let nobody in and end every session after its answer
        quit              stop the server as Ctrl-C does
        """
}
