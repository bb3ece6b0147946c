package import Storage

/// Where reports go. A sink is called by one task, with the oldest reports first, and again with the same ones until
/// it returns normally: it may see a report twice, never out of order.
package protocol ReportSink: Sendable {
    /// Under which reports wait in the database; never changed, or what waits is orphaned.
    var name: String { get }

    /// Takes reports for good.
    ///
    /// - Throws: anything, when not all of them are safe; all are delivered again. A `ProviderError` may say with
    ///   `retryAfter` how soon. Returns soon when the task is cancelled.
    func deliver(_ reports: [Report]) async throws
}
