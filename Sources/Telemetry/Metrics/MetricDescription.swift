/// What a metric is called and what it tells; the head of its block in the exposition.
package struct MetricDescription: Sendable, Equatable {
    /// The kinds that Prometheus' text format 0.0.4 knows and we use.
    package enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    /// `yuyan_…`, with the base unit at its end (`_seconds`, `_bytes`) and `_total` for counters.
    package var name: String
    /// One sentence for an operator.
    package var help: String
    package var kind: Kind
    /// The names of its labels, in the order in which values are given.
    package var labels: [String]
}
