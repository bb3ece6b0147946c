/// What a `ReportSender` has done since the start, for metrics and tests.
package struct ReportStatistics: Sendable, Equatable {
    /// Reports the sink acknowledged.
    package var delivered = 0
    /// Deliveries that failed, each try counted.
    package var failures = 0

    package init() {}
}
