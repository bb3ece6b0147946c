/// How soon a failed background loop is started again. Pure.
package struct RestartPolicy: Sendable, Hashable {
    /// The pause after the first failure; doubled after each further one.
    package var initialDelay = Duration.milliseconds(200)
    package var maximumDelay = Duration.seconds(30)
    /// How far a pause may differ from its value, as a share of it, 0…1.
    package var jitter = 0.2
    /// A loop that ran this long was healthy: counting begins anew.
    package var healthyAfter = Duration.seconds(60)

    package init() {}

    /// - Parameter failures: in a row, at least 1.
    package func delay(failures: Int, using generator: inout some RandomNumberGenerator) -> Duration {
        // 2^20 initial delays are more than any maximum.
        let doublings = min(max(failures - 1, 0), 20)
        let delay = min(initialDelay * (1 << doublings), maximumDelay)
        let spread = min(max(jitter, 0), 1)
        guard spread > 0 else { return delay }
        return min(delay * Double.random(in: 1 - spread...1 + spread, using: &generator), maximumDelay)
    }
}
