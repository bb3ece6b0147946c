import Synchronization

/// A number that only grows: turns, errors, bytes. Adding costs an atomic addition, and a short lock when it has labels.
package final class Counter: Sendable {
    /// The count of one set of label values; keep it where a count is frequent.
    package final class Cell: Sendable {
        private let count = Atomic<UInt64>(0)

        package var value: UInt64 { count.load(ordering: .relaxed) }

        /// Counts `amount` more; a negative amount is left out, for a counter never falls.
        package func add(_ amount: Int = 1) {
            guard amount > 0 else { return }
            count.wrappingAdd(UInt64(amount), ordering: .relaxed)
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

    /// Counts `amount` more for these label values.
    package func add(_ amount: Int = 1, _ values: String...) { (only ?? cells.cell(values)).add(amount) }

    /// All label sets added up.
    package var total: UInt64 { cells.all.reduce(0) { $0 &+ $1.cell.value } }

    var samples: [(values: [String], value: Double)] { cells.all.map { ($0.values, Double($0.cell.value)) } }
}
