/// Time as a session knows it: durations since the clock was made. Wraps any clock, so a test moves time by hand.
package struct SessionClock: Sendable {
    private let elapsed: @Sendable () -> Duration
    private let sleeper: @Sendable (Duration) async throws -> Void

    package init<C: Clock>(_ clock: C) where C.Duration == Duration {
        let start = clock.now
        elapsed = { start.duration(to: clock.now) }
        sleeper = { deadline in try await clock.sleep(until: start.advanced(by: deadline), tolerance: nil) }
    }

    /// The clock of a server's sessions, one for all of them: a `TickClock`, or the runtime's own timers on a machine that
    /// has no thread left.
    package static func ticking() -> SessionClock {
        if let clock = TickClock() { SessionClock(clock) } else { SessionClock(ContinuousClock()) }
    }

    package var now: Duration { elapsed() }

    /// - Throws: `CancellationError` when the task is cancelled.
    package func sleep(until deadline: Duration) async throws { try await sleeper(deadline) }

    package func sleep(for duration: Duration) async throws { try await sleeper(now + duration) }
}
