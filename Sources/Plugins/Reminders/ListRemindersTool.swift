import JSON
import Storage
import VoiceAPI

/// `list_reminders`: what this device has to come. Goes to the model, which needs the numbers to cancel one; the words
/// can be spoken as they are.
struct ListRemindersTool: Tool {
    let book: ReminderBook

    var description: ToolDescription {
        ToolDescription(
            name: "list_reminders", summary: "Lists the user's timers and reminders with their numbers.",
            parameters: ["type": "object", "properties": [:]])
    }

    func call(_ arguments: JSON, in context: ToolContext) async throws -> ToolResult {
        do {
            let reminders = try await book.service.store.reminders(of: context.deviceID)
            return .inform(ReminderWords(context.language).list(reminders, now: book.now, offset: book.offset))
        } catch {
            return book.failed(error, in: context)
        }
    }
}
