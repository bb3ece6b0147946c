import JSON
import Storage
import VoiceAPI

/// `set_reminder`: says something at a moment.
struct SetReminderTool: Tool {
    let book: ReminderBook

    private static let timeFormat =
        "Local time: HH:MM (24 hours; the next time the clock shows it) or YYYY-MM-DDTHH:MM"

    var description: ToolDescription {
        ToolDescription(
            name: "set_reminder",
            summary: "Reminds the user of something at a time. Give either \"at\" or \"in_minutes\".",
            parameters: [
                "type": "object",
                "properties": [
                    "words": ["type": "string", "description": "What to remind of, in the user's language"],
                    "at": [
                        "type": "string",
                        "description": .string(Self.timeFormat),
                    ],
                    "in_minutes": ["type": "number", "minimum": 0],
                ],
                "required": ["words"],
            ])
    }

    func call(_ arguments: JSON, in context: ToolContext) async throws -> ToolResult {
        let words = ReminderBook.words(arguments["words"]?.string)
        guard !words.isEmpty else { return .failure("words: what should the user be reminded of?") }
        let now = book.now
        let dueAt: Int64
        do {
            if let at = arguments["at"]?.string, !at.isEmpty {
                dueAt = try ReminderTime.moment(at, now: now, offset: book.offset)
            } else if let minutes = arguments["in_minutes"]?.double {
                dueAt = now + (try ReminderTime.duration(minutes * 60))
            } else {
                return .failure("when? give \"at\" or \"in_minutes\"")
            }
        } catch {
            return .failure(error.description)
        }
        return await book.add(words: words, dueAt: dueAt, isTimer: false, in: context) {
            ReminderWords(context.language).reminderSet($0, now: now, offset: book.offset)
        }
    }
}
