import JSON

/// Goals as a table for people, or as JSON for the next comparison.
enum GoalTable {
    private static let widths = [40, 30, 34, 58]

    static let head = line(["figure", "reference, measured", "goal", "here"]) + "met"

    static func text(_ row: GoalRow) -> String {
        line([row.figure, row.reference, row.goal, row.here]) + (row.isMet ? "yes" : "NO")
    }

    private static func line(_ cells: [String]) -> String {
        zip(cells, widths).map { $0 + String(repeating: " ", count: max(1, $1 - $0.count)) }.joined()
    }
}
