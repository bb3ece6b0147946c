import JSON
import Storage
import VoiceAPI

/// `cancel_reminder`: one of the device's own by its number, or all of them.
struct CancelReminderTool: Tool {
    let book: ReminderBook

    var description: ToolDescription {
        ToolDescription(
            name: "cancel_reminder", summary: "Cancels a timer or reminder. Ask list_reminders for the number.",
            parameters: [
                "type": "object",
                "properties": [
                    "id": [
                        "type": ["string", "integer"], "description": "The number from list_reminders, or \"all\"",
                    ]
                ],
                "required": ["id"],
            ])
    }

    func call(_ arguments: JSON, in context: ToolContext) async throws -> ToolResult {
        let store = book.service.store
        let words = ReminderWords(context.language)
        do {
            if arguments["id"]?.string?.lowercased() == "all" {
                return .speak(words.cancelled(try await store.cancelAll(of: context.deviceID)))
            }
            guard let id = arguments["id"].flatMap({ $0.integer.map(Int64.init) ?? $0.string.flatMap { Int64($0) } })
            else { return .failure("id: a number from list_reminders, or \"all\"") }
            guard let reminder = try await store.cancel(id, of: context.deviceID) else {
                return .failure("there is no reminder with number \(id)")
            }
            return .speak(words.cancelled(reminder))
        } catch {
            return book.failed(error, in: context)
        }
    }
}
