import JSON
import Storage
import VoiceAPI

/// `set_timer`: speaks when a time has run down.
struct SetTimerTool: Tool {
    let book: ReminderBook

    var description: ToolDescription {
        let amount: JSON = ["type": "number", "minimum": 0]
        return ToolDescription(
            name: "set_timer",
            summary: "Sets a timer that speaks when the time is over. Give hours, minutes and seconds as asked; they "
                + "are added up.",
            parameters: [
                "type": "object",
                "properties": [
                    "hours": amount, "minutes": amount, "seconds": amount,
                    "label": ["type": "string", "description": "What the timer is for, if the user said it"],
                ],
            ])
    }

    func call(_ arguments: JSON, in context: ToolContext) async throws -> ToolResult {
        func amount(_ key: String) -> Double { arguments[key]?.double ?? 0 }
        let seconds: Int64
        do {
            seconds = try ReminderTime.duration(
                amount("hours") * 3600 + amount("minutes") * 60 + amount("seconds"))
        } catch {
            return .failure(error.description)
        }
        return await book.add(
            words: ReminderBook.words(arguments["label"]?.string), dueAt: book.now + seconds, isTimer: true,
            in: context
        ) { ReminderWords(context.language).timerSet(seconds, label: $0.words) }
    }
}
