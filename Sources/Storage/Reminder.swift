/// Something to say on a device at a moment.
package struct Reminder: Sendable, Hashable {
    package var id: Int64
    package var deviceID: String
    /// What it is about, in the person's own words; empty for a timer without a label.
    package var words: String
    /// BCP 47 primary language it was asked for in, when known.
    package var language: String?
    /// Seconds since 1970, UTC.
    package var dueAt: Int64
    /// A time that runs down (`in five minutes`), not a moment of the day.
    package var isTimer: Bool

    package init(id: Int64 = 0, deviceID: String, words: String, language: String?, dueAt: Int64, isTimer: Bool) {
        self.id = id
        self.deviceID = deviceID
        self.words = words
        self.language = language
        self.dueAt = dueAt
        self.isTimer = isTimer
    }
}
