package import JSON
package import Logging
package import Storage
package import WebClient

/// What the house gives to its plugins.
package struct PluginServices: Sendable {
    /// The one way out.
    package var web: WebClient
    /// Seconds since 1970, UTC.
    package var now: @Sendable () -> Int64
    /// Seconds east of Greenwich of the household.
    package var timezoneOffset: Int64
    /// The working directory, which relative paths in settings start from.
    package var directory: String
    package var announcer: any Announcer
    package var logger: Logger
    /// Timers and reminders; nil without a database.
    package var reminders: ReminderService?
    /// The server's one database; nil when it cannot be opened.
    package var database: Database?
    /// The `manager-api` section: the owner's console, empty without one.
    package var managerAPI: JSON

    package init(
        web: WebClient, now: @escaping @Sendable () -> Int64, timezoneOffset: Int64, directory: String,
        announcer: any Announcer, logger: Logger, reminders: ReminderService? = nil,
        database: Database? = nil, managerAPI: JSON = [:]
    ) {
        self.web = web
        self.now = now
        self.timezoneOffset = timezoneOffset
        self.directory = directory
        self.announcer = announcer
        self.logger = logger
        self.reminders = reminders
        self.database = database
        self.managerAPI = managerAPI
    }

    /// A path of the settings, from the working directory.
    package func path(_ path: String) -> String { path.hasPrefix("/") ? path : "\(directory)/\(path)" }
}

/// Speaks on a device outside a turn: a reminder that is due, a message from the owner's agent.
package protocol Announcer: Sendable {
    /// - Parameter ended: told once whether the person could hear it, perhaps before this returns; not called when this
    ///   returns false.
    /// - Returns: whether the device is connected and will say it.
    func say(_ text: String, on deviceID: String, ended: @escaping @Sendable (_ wasHeard: Bool) -> Void) async -> Bool
}
