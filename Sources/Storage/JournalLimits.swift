/// How much a `TurnJournal` keeps, in memory and on the disk.
package struct JournalLimits: Sendable, Hashable {
    /// Turns that wait in memory to be written; more are dropped, counted and said.
    package var queuedTurns = 10_000
    /// Turns of one transaction.
    package var batch = 100
    /// How old a row may become, in days; reports nobody took, too.
    package var days = 30
    /// Turns on the disk.
    package var turns = 1_000_000
    /// Reports on the disk for each sink.
    package var reports = 100_000

    package init() {}
}
