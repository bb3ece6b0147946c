import Synchronization

/// Sleeps take no time but pass on this clock, and a test is told of each.
final class HurriedClock: Clock {
    struct Instant: InstantProtocol {
        let offset: Duration
        func advanced(by duration: Duration) -> Instant { Instant(offset: offset + duration) }
        func duration(to other: Instant) -> Duration { other.offset - offset }
        static func < (a: Instant, b: Instant) -> Bool { a.offset < b.offset }
    }

    private let time = Mutex(Duration.zero)
    private let onSleep: @Sendable (Duration) async throws -> Void

    init(onSleep: @escaping @Sendable (Duration) async throws -> Void) { self.onSleep = onSleep }

    var now: Instant { Instant(offset: time.withLock { $0 }) }
    var minimumResolution: Duration { .nanoseconds(1) }

    func sleep(until deadline: Instant, tolerance: Duration?) async throws {
        try Task.checkCancellation()
        let duration = time.withLock { time in
            defer { time = max(time, deadline.offset) }
            return deadline.offset - time
        }
        try await onSleep(duration)
        try Task.checkCancellation()
    }
}
