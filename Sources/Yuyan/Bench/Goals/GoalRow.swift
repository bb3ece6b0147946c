import JSON

/// One line of the table that `yuyan bench` prints.
struct GoalRow: Sendable {
    /// Stable name for programs and for comparing.
    var name: String
    /// What is measured, in words.
    var figure: String
    /// The reference server on this machine class.
    var reference: String
    /// What was promised.
    var goal: String
    /// What was measured, in words.
    var here: String
    /// The figure that comparisons use.
    var value: Double
    var isMet: Bool

    var json: JSON {
        [
            "name": .string(name), "figure": .string(figure), "reference": .string(reference), "goal": .string(goal),
            "here": .string(here), "value": .number(value), "met": .bool(isMet),
        ]
    }
}
