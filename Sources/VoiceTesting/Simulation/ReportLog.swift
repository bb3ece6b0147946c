package import Conversation
import Synchronization

/// Keeps what a session reported.
package final class ReportLog: Sendable {
    private let state = Mutex((reports: [TurnReport](), events: [SessionEvent](), isClosed: false))
    package init() {}
    package var reports: [TurnReport] { state.withLock { $0.reports } }
    /// What the session told in between.
    package var events: [SessionEvent] { state.withLock { $0.events } }
    /// The session's `serve` has returned.
    package var isClosed: Bool { state.withLock { $0.isClosed } }
    func append(_ report: TurnReport) { state.withLock { $0.reports.append(report) } }
    func append(_ event: SessionEvent) { state.withLock { $0.events.append(event) } }
    func close() { state.withLock { $0.isClosed = true } }
}
