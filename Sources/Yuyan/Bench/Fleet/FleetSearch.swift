/// Looks for the largest fleet that is served well: doubles while it is, then halves the gap. Pure.
struct FleetSearch: Sendable {
    /// The largest known to be served well.
    private(set) var good = 1
    /// The smallest known not to be.
    private var bad: Int?
    private let first: Int
    /// Nobody asks for more.
    private let most: Int

    /// - Parameters:
    ///   - first: where to begin.
    ///   - most: where to end although all is well; file descriptors are not endless.
    init(first: Int, most: Int = 16_000) {
        self.first = max(1, first)
        self.most = most
    }

    /// The next fleet to try; nil when the answer is near enough.
    var next: Int? {
        guard let bad else {
            let next = good == 1 ? first : min(good * 2, most)
            return next > good ? next : nil
        }
        return bad - good > max(10, good / 10) ? (good + bad) / 2 : nil
    }

    mutating func note(_ devices: Int, isGood: Bool) {
        if isGood { good = max(good, devices) } else { bad = min(bad ?? devices, devices) }
    }
}
