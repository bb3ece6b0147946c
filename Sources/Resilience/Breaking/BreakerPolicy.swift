/// When a circuit breaker opens, and for how long. The defaults suit a service that a person is waiting for.
package struct BreakerPolicy: Sendable, Hashable {
    /// The last calls that are judged, a count.
    package var windowSize = 20
    /// Calls the window must hold before rates mean anything.
    package var minimumCalls = 5
    /// Opens at this share of failed calls, 0…1.
    package var failureRate = 0.5
    /// Opens at this share of slow calls, 0…1.
    package var slowCallRate = 0.8
    /// A call that took this long or longer is slow.
    package var slowCall = Duration.seconds(5)
    /// How long an open breaker refuses before it lets probes through.
    package var openDuration = Duration.seconds(30)
    /// How long after `.unauthorized`: a wrong key does not mend itself.
    package var unauthorizedPause = Duration.seconds(300)
    /// Calls let through at a time while half open, and good ones needed to close.
    package var probes = 2

    package init() {}
}
