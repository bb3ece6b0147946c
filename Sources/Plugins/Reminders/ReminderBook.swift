import Logging
import Storage
import VoiceAPI

/// What the reminder tools share: the device's reminders, and the household's time.
struct ReminderBook: Sendable {
    let service: ReminderService
    private let logger: Logger
    private let clock: @Sendable () -> Int64
    /// Seconds east of Greenwich.
    let offset: Int64

    /// Characters of a reminder's words.
    static let longestWords = 200

    init(service: ReminderService, services: PluginServices) {
        self.service = service
        logger = services.logger
        clock = services.now
        offset = services.timezoneOffset
    }

    /// Seconds since 1970, UTC.
    var now: Int64 { clock() }

    /// Keeps a reminder.
    ///
    /// - Parameter confirmation: what is said when it is kept.
    func add(
        words: String, dueAt: Int64, isTimer: Bool, in context: ToolContext, confirmation: (Reminder) -> String
    ) async -> ToolResult {
        var reminder = Reminder(
            deviceID: context.deviceID, words: words, language: context.language, dueAt: dueAt, isTimer: isTimer)
        do {
            reminder.id = try await service.store.add(reminder)
        } catch ReminderStore.Refusal.deviceIsFull(let limit) {
            return .speak(ReminderWords(context.language).full(limit))
        } catch {
            return failed(error, in: context)
        }
        service.reminderAdded(dueAt: dueAt)
        return .speak(confirmation(reminder))
    }

    /// The database did not do it; the person hears that, the log the reason.
    func failed(_ error: any Error, in context: ToolContext) -> ToolResult {
        if !Task.isCancelled { logger.error("a reminder could not be stored", metadata: ["reason": "\(error)"]) }
        return .speak(ReminderWords(context.language).failed)
    }

    /// A person's words as they are kept: one line, without a mark at the end (a sentence is made of them).
    static func words(_ text: String?) -> String {
        let visible = (text ?? "").unicodeScalars.map { $0.properties.generalCategory == .control ? " " : $0 }
        var line = String(String.UnicodeScalarView(visible)).prefix(longestWords)
        while line.first == " " { line.removeFirst() }
        while let last = line.last, " 。.！!".contains(last) { line.removeLast() }
        return String(line)
    }
}
