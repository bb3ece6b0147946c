/// One alert's state: quiet or firing, and how long the values have been pulling the other way. Pure; knows no time.
package struct AlertState: Sendable, Equatable {
    /// What an evaluation changed.
    package enum Change: Sendable, Equatable {
        case raised, cleared
    }

    package let rule: AlertRule
    package private(set) var isFiring = false
    /// The last value; nil when there was nothing to measure.
    package private(set) var value: Double?
    /// Evaluations in a row that speak for the change.
    private var streak = 0

    package init(_ rule: AlertRule) { self.rule = rule }

    /// Takes the next value.
    ///
    /// - Parameter value: nil when nothing happened in the window; that speaks for quiet.
    /// - Returns: nil while nothing changes.
    package mutating func evaluate(_ value: Double?) -> Change? {
        self.value = value
        let speaksForChange = isFiring ? isGood(value) : isBad(value)
        streak = speaksForChange ? streak + 1 : 0
        guard streak >= (isFiring ? rule.clearAfter : rule.raiseAfter) else { return nil }
        streak = 0
        isFiring.toggle()
        return isFiring ? .raised : .cleared
    }

    private func isBad(_ value: Double?) -> Bool { value.map { $0 > rule.limit } ?? false }

    private func isGood(_ value: Double?) -> Bool { value.map { $0 <= rule.clearLimit } ?? true }
}
