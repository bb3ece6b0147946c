import Synchronization

/// The cells of one metric, one for each set of label values, at most `limit` of them.
///
/// What comes after the limit is counted under `other`, so a hostile or careless label cannot grow the server's memory
/// or the Prometheus that reads it.
final class LabelledCells<Cell: AnyObject & Sendable>: Sendable {
    /// The value that stands for all sets beyond the limit.
    static var overflow: String { "other" }
    /// A label value is cut here, in UTF-8 bytes.
    static var valueLimit: Int { 120 }

    private let limit: Int
    private let labels: Int
    private let cells = Mutex<[[String]: Cell]>([:])
    private let make: @Sendable () -> Cell

    /// - Parameters:
    ///   - labels: how many values a set has.
    ///   - limit: how many sets are told apart, `other` included.
    init(labels: Int, limit: Int, make: @escaping @Sendable () -> Cell) {
        self.labels = labels
        self.limit = max(1, limit)
        self.make = make
    }

    /// The cell of these values; missing values are empty and surplus ones are left out.
    func cell(_ values: [String]) -> Cell {
        cells.withLock { cells in
            if let cell = cells[values] { return cell }
            let key = Self.clean(values, count: labels)
            if let cell = cells[key] { return cell }
            let other = [String](repeating: Self.overflow, count: labels)
            let isLast = cells.count + (cells[other] == nil ? 1 : 0) >= limit && labels > 0
            let final = isLast ? other : key
            if let cell = cells[final] { return cell }
            let cell = make()
            cells[final] = cell
            return cell
        }
    }

    /// Every set and its cell, in the order of the values.
    var all: [(values: [String], cell: Cell)] {
        cells.withLock { $0.map { (values: $0.key, cell: $0.value) } }
            .sorted { $0.values.lexicographicallyPrecedes($1.values) }
    }

    private static func clean(_ values: [String], count: Int) -> [String] {
        (0..<count).map { index in
            guard index < values.count else { return "" }
            let value = values[index]
            return value.utf8.count <= valueLimit
                ? value : String(decoding: value.utf8.prefix(valueLimit), as: UTF8.self)
        }
    }
}
