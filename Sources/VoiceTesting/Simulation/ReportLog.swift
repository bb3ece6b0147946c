package import Conversation
import Synchronization

/// Keeps what a session reported.
package final class ReportLog: Sendable {
    private let state = Mutex((reports: [TurnReport](), isClosed: false))
    package init() {}
    package var reports: [TurnReport] { state.withLock { $0.reports } }
    /// The session's `serve` has returned.
    package var isClosed: Bool { state.withLock { $0.isClosed } }
    func append(_ report: TurnReport) { state.withLock { $0.reports.append(report) } }
    func close() { state.withLock { $0.isClosed = true } }
}
