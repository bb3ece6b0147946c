import Synchronization

/// A number that rises and falls: connections, depths, states.
package final class Gauge: Sendable {
    /// The value of one set of label values.
    package final class Cell: Sendable {
        private let bits = Atomic<UInt64>(0)

        package var value: Double { Double(bitPattern: bits.load(ordering: .relaxed)) }

        package func set(_ value: Double) { bits.store(value.bitPattern, ordering: .relaxed) }

        /// Adds, also a negative amount.
        package func add(_ amount: Double = 1) {
            var old = bits.load(ordering: .relaxed)
            while true {
                let new = (Double(bitPattern: old) + amount).bitPattern
                let (isDone, seen) = bits.compareExchange(expected: old, desired: new, ordering: .relaxed)
                if isDone { return }
                old = seen
            }
        }
    }

    private let cells: LabelledCells<Cell>
    private let only: Cell?

    init(labels: Int, limit: Int) {
        cells = LabelledCells(labels: labels, limit: limit, make: { Cell() })
        only = labels == 0 ? cells.cell([]) : nil
    }

    /// The cell of these label values, in the order of the metric's labels.
    package func with(_ values: String...) -> Cell { only ?? cells.cell(values) }

    package func set(_ value: Double, _ values: String...) { (only ?? cells.cell(values)).set(value) }

    package func add(_ amount: Double = 1, _ values: String...) { (only ?? cells.cell(values)).add(amount) }

    var samples: [(values: [String], value: Double)] { cells.all.map { ($0.values, $0.cell.value) } }
}
