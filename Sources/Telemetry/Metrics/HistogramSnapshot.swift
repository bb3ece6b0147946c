/// The counts of a histogram at one moment. Two of them give what happened in between.
package struct HistogramSnapshot: Sendable, Equatable {
    /// Upper bounds, rising; the last range has none.
    package let bounds: [Double]
    /// One more than bounds.
    package private(set) var counts: [UInt64]
    package private(set) var sum: Double

    package init(bounds: [Double]) {
        self.init(bounds: bounds, counts: [UInt64](repeating: 0, count: bounds.count + 1), sum: 0)
    }

    init(bounds: [Double], counts: [UInt64], sum: Double) {
        self.bounds = bounds
        self.counts = counts
        self.sum = sum
    }

    package var count: UInt64 { counts.reduce(0, &+) }

    /// What was observed since `earlier`, a snapshot of the same histogram.
    package func since(_ earlier: HistogramSnapshot) -> HistogramSnapshot {
        guard earlier.bounds == bounds else { return self }
        return HistogramSnapshot(
            bounds: bounds, counts: zip(counts, earlier.counts).map { $0 >= $1 ? $0 - $1 : 0 },
            sum: sum - earlier.sum)
    }

    /// Both together; they must have the same bounds, otherwise the other is left out.
    package func adding(_ other: HistogramSnapshot) -> HistogramSnapshot {
        guard other.bounds == bounds else { return self }
        return HistogramSnapshot(bounds: bounds, counts: zip(counts, other.counts).map(&+), sum: sum + other.sum)
    }

    /// The value that a share of the observations does not exceed, interpolated in its range as Prometheus'
    /// `histogram_quantile` does; nil without observations.
    ///
    /// - Parameter share: 0.95 for p95; taken into 0...1.
    package func quantile(_ share: Double) -> Double? {
        let total = count
        guard total > 0, let last = bounds.last else { return nil }
        let rank = min(max(share, 0), 1) * Double(total)
        var below = 0.0
        for (index, count) in counts.enumerated() {
            let reached = below + Double(count)
            if reached >= rank, count > 0 {
                guard index < bounds.count else { return last }
                let lower = index == 0 ? 0 : bounds[index - 1]
                return lower + (bounds[index] - lower) * max(0, rank - below) / Double(count)
            }
            below = reached
        }
        return last
    }
}
