/// The section `reports`: what becomes of finished turns besides a row in the dialogue journal.
public struct ReportSettings: Sendable, Equatable {
    /// Each is a line of `data/reports.jsonl`.
    public var writesFile = false
    /// Each is posted here; nil: nowhere.
    public var webhook: String?
    /// The journal and the reports hold what was said and heard.
    public var keepsTranscripts = false
    /// How long the journal keeps a turn, and a report waits for its sink.
    public var keepDays = 30

    public init() {}
}
