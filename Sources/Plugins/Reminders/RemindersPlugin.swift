package import JSON
package import VoiceAPI

/// `set_timer`, `set_reminder`, `list_reminders` and `cancel_reminder`. Each device has reminders of its own.
package struct RemindersPlugin: ServerPlugin {
    package static let name = "reminders"
    package static let isAlwaysOn = true

    package static func tools(_ settings: JSON, services: PluginServices) throws(PluginProblem) -> [any Tool] {
        guard let service = services.reminders else {
            throw PluginProblem("reminders: there is no database to keep them in")
        }
        let book = ReminderBook(service: service, services: services)
        return [
            SetTimerTool(book: book), SetReminderTool(book: book), ListRemindersTool(book: book),
            CancelReminderTool(book: book),
        ]
    }
}
