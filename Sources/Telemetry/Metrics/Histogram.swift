import Synchronization

/// How often a value fell into each of some fixed ranges; from it come p50, p95 and p99.
package final class Histogram: Sendable {
    /// Bounds in seconds for what a person waits for: narrow where half a second is felt, wide where all is lost.
    package static let latencyBounds: [Double] = [
        0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.65, 0.8, 1, 1.25, 1.5, 2, 2.5, 3, 4, 5,
        7.5, 10, 15, 30,
    ]
    /// Bounds in seconds for what should take next to nothing: a model window, a scheduling delay.
    package static let shortBounds: [Double] = [
        0.000_05, 0.000_1, 0.000_25, 0.000_5, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5,
    ]

    /// The counts of one set of label values.
    package final class Cell: Sendable {
        private let bounds: [Double]
        private let state: Mutex<(counts: [UInt64], sum: Double)>

        init(bounds: [Double]) {
            self.bounds = bounds
            state = Mutex((counts: [UInt64](repeating: 0, count: bounds.count + 1), sum: 0))
        }

        /// Counts a value in the metric's unit; what is not a number is left out.
        package func observe(_ value: Double) {
            guard value.isFinite else { return }
            // Bounds are few and most values fall low, but a search is as cheap and does not care.
            var low = 0
            var high = bounds.count
            while low < high {
                let middle = (low + high) / 2
                if value <= bounds[middle] { high = middle } else { low = middle + 1 }
            }
            state.withLock {
                $0.counts[low] += 1
                $0.sum += value
            }
        }

        package func observe(_ duration: Duration) { observe(duration.inSeconds) }

        package var snapshot: HistogramSnapshot {
            let (counts, sum) = state.withLock { ($0.counts, $0.sum) }
            return HistogramSnapshot(bounds: bounds, counts: counts, sum: sum)
        }
    }

    package let bounds: [Double]
    private let cells: LabelledCells<Cell>
    private let only: Cell?

    init(bounds: [Double], labels: Int, limit: Int) {
        let bounds = Array(Set(bounds.filter(\.isFinite))).sorted()
        self.bounds = bounds
        cells = LabelledCells(labels: labels, limit: limit, make: { Cell(bounds: bounds) })
        only = labels == 0 ? cells.cell([]) : nil
    }

    /// The cell of these label values, in the order of the metric's labels.
    package func with(_ values: String...) -> Cell { only ?? cells.cell(values) }

    package func observe(_ duration: Duration, _ values: String...) {
        (only ?? cells.cell(values)).observe(duration)
    }

    /// All label sets added up.
    package var total: HistogramSnapshot {
        samples.reduce(HistogramSnapshot(bounds: bounds)) { $0.adding($1.snapshot) }
    }

    var samples: [(values: [String], snapshot: HistogramSnapshot)] { cells.all.map { ($0.values, $0.cell.snapshot) } }
}
