import Synchronization

/// Sleeps take no time but pass on this clock, and a test is told of each. For code that waits for real threads, a
/// database for example, where a `Simulation` cannot know when nothing is left to do.
package final class HurriedClock: Clock {
    package struct Instant: InstantProtocol {
        let offset: Duration
        package func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        package func duration(to other: Instant) -> Duration { other.offset - offset }
        package static func < (a: Instant, b: Instant) -> Bool { a.offset < b.offset }
    }

    private let time = Mutex(Duration.zero)
    private let watchdog: Duration?
    private let onSleep: @Sendable (Duration) async throws -> Void

    /// - Parameters:
    ///   - watchdog: sleeps of this length and more are deadlines, which last until they are cancelled; nil: none are.
    ///   - onSleep: told the length of each other sleep, which lasts as long as this call.
    package init(watchdog: Duration? = nil, onSleep: @escaping @Sendable (Duration) async throws -> Void) {
        self.watchdog = watchdog
        self.onSleep = onSleep
    }

    package var now: Instant { Instant(offset: time.withLock { $0 }) }
    package var minimumResolution: Duration { .nanoseconds(1) }

    package func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        if let watchdog, deadline.offset - now.offset >= watchdog {
            return try await Task.sleep(for: .seconds(86_400))
        }
        let duration = time.withLock { time in
            defer { time = max(time, deadline.offset) }
            return deadline.offset - time
        }
        try await onSleep(duration)
        try Task.checkCancellation()
    }
}
