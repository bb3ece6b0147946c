/// So many events in a second and no more: an amount that refills with time. Pure.
struct TokenBucket: Equatable {
    private let rate: Double
    private let burst: Double
    private var tokens: Double
    /// Milliseconds.
    private var last: Int64

    /// - Parameters:
    ///   - rate: events in a second.
    ///   - burst: events at once at most; nil: as many as in a second.
    ///   - now: milliseconds of any clock.
    init(rate: Int, burst: Int? = nil, now: Int64) {
        self.rate = Double(max(rate, 1))
        self.burst = Double(max(burst ?? rate, 1))
        tokens = self.burst
        last = now
    }

    /// Takes one; false when there is none. A clock that was set back refills nothing.
    mutating func take(at now: Int64) -> Bool {
        tokens = min(burst, tokens + Double(max(0, now - last)) * rate / 1000)
        last = now
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }
}
