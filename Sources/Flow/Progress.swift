import VoiceAPI
import Synchronization

/// When an operation last got somewhere, watched by `withProgressDeadline`.
package final class Progress: Sendable {
    private struct State {
        var last: Duration
        var pauses = 0
    }
    private let clock: SessionClock
    private let state: Mutex<State>

    init(clock: SessionClock) {
        self.clock = clock
        state = Mutex(State(last: clock.now))
    }

    /// Something arrived from the provider.
    package func advance() {
        let now = clock.now
        state.withLock { $0.last = now }
    }

    /// Runs `body` with the deadline at rest: the wait is ours, not the provider's (a full playout queue).
    package func paused<T>(_ body: () async -> T) async -> T {
        state.withLock { $0.pauses += 1 }
        let result = await body()
        let now = clock.now
        state.withLock {
            $0.pauses -= 1
            $0.last = now
        }
        return result
    }

    /// The moment from which patience counts; nil while paused.
    fileprivate var waitingSince: Duration? { state.withLock { $0.pauses > 0 ? nil : $0.last } }
}

/// Runs a provider's work and ends it when nothing has come from it for `limit`.
///
/// - Throws: `ProviderError.timedOut` naming `provider` and `waitingFor`, or what `operation` throws. The operation is
///   cancelled and awaited before this returns, so no work outlives the call.
package func withProgressDeadline<T: Sendable>(
    _ limit: Duration, clock: SessionClock, provider: String, waitingFor: String,
    _ operation: @escaping @Sendable (Progress) async throws -> T
) async throws -> T {
    let progress = Progress(clock: clock)
    return try await withThrowingTaskGroup(of: T?.self) { group in
        group.addTask { try await operation(progress) }
        group.addTask {
            while true {
                let since = progress.waitingSince ?? clock.now
                try await clock.sleep(until: since + limit)
                if let still = progress.waitingSince, still <= since { return nil }
            }
        }
        defer { group.cancelAll() }
        // The first to end decides; the watchdog ends only by running out of patience.
        if let result = try await group.next() ?? nil { return result }
        throw ProviderError(
            .timedOut, provider: provider, message: "no \(waitingFor) within \(limit)")
    }
}
