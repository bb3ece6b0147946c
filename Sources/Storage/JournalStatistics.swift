/// What a `TurnJournal` has done since the start, for metrics and tests.
package struct JournalStatistics: Sendable, Equatable {
    /// Turns that are on the disk: these are acknowledged and survive a crash.
    package var written = 0
    /// Turns refused because too many waited, or lost because they could not be written before the end.
    package var dropped = 0
    /// Transactions that failed, each try counted.
    package var failedWrites = 0
    /// Rows forgotten for age or number.
    package var trimmedTurns = 0
    /// Reports forgotten for age or number before their sink took them.
    package var trimmedReports = 0

    package init() {}
}
