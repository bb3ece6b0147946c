import Dispatch
import Synchronization

/// The clock of all sessions of a server: time goes on in ticks, and one thread wakes whoever is due.
///
/// A timer for each sleeping task costs the kernel and the runtime more than the frame it sends; devices whose frames
/// are due in the same 4 ms are woken together here, and when nobody is due the thread sleeps. A sleep never ends early
/// and at most a tick and the machine's own delay late. One per process; the composition root makes it, and its thread
/// ends with it.
package final class TickClock: Clock {
    package typealias Instant = ContinuousClock.Instant

    /// A board holds five frames of 60 ms, so 4 ms more or less is nothing it could notice.
    private static let tick = Duration.milliseconds(4)

    private struct State {
        var wheel = TickWheel<CheckedContinuation<Bool, Never>>()
        /// The tick the thread sleeps to; nil: until the bell rings.
        var alarm: Int?
        var isStopped = false
    }

    /// What the thread holds, so that the clock itself can go.
    private final class Core: Sendable {
        let start = ContinuousClock.now
        /// Rung when somebody is due before the thread would wake; a ring too many only makes it look again.
        let bell = DispatchSemaphore(value: 0)
        let state = Mutex(State())
        let serial = Atomic<UInt64>(0)
    }

    private let core: Core
    private let thread: OwnedThread

    /// - Returns: nil when the machine gives no thread.
    package init?() {
        let core = Core()
        guard let thread = OwnedThread(body: { Self.turn(core) }) else { return nil }
        self.core = core
        self.thread = thread
    }

    deinit {
        core.state.withLock { $0.isStopped = true }
        core.bell.signal()
        thread.join()
    }

    package var now: Instant { ContinuousClock.now }
    package var minimumResolution: Duration { Self.tick }

    /// - Throws: `CancellationError` as soon as the task is cancelled.
    package func sleep(until deadline: Instant, tolerance: Duration? = nil) async throws {
        try Task.checkCancellation()
        guard deadline > now else { return }
        let core = core
        let id = core.serial.wrappingAdd(1, ordering: .relaxed).newValue
        let tick = Self.tick(of: core.start.duration(to: deadline), roundingUp: true)
        let isDue = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let outcome: Bool? = core.state.withLock { state in
                    // Read under the lock: a cancellation that comes later finds the waiter.
                    if Task.isCancelled || state.isStopped { return false }
                    guard state.wheel.insert(continuation, id: id, at: tick) else { return true }
                    if tick < state.alarm ?? .max {
                        state.alarm = tick
                        core.bell.signal()
                    }
                    return nil
                }
                if let outcome { continuation.resume(returning: outcome) }
            }
        } onCancel: {
            let waiter = core.state.withLock { $0.wheel.remove(id: id, at: tick) }
            waiter?.resume(returning: false)
        }
        if !isDue { throw CancellationError() }
    }

    // MARK: - On the clock's thread

    private static func turn(_ core: Core) {
        while true {
            let elapsed = core.start.duration(to: .now)
            let (due, next, isStopped) = core.state.withLock { state in
                if state.isStopped { return (state.wheel.removeAll(), nil as Int?, true) }
                let due = state.wheel.advance(to: tick(of: elapsed, roundingUp: false))
                state.alarm = state.wheel.next
                return (due, state.alarm, false)
            }
            for waiter in due { waiter.resume(returning: !isStopped) }
            if isStopped { return }
            if let next {
                let (seconds, attoseconds) = (tick * next - core.start.duration(to: .now)).components
                let left = Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
                _ = core.bell.wait(timeout: .now() + .nanoseconds(left))
            } else {
                core.bell.wait()
            }
        }
    }

    private static func tick(of time: Duration, roundingUp: Bool) -> Int {
        let (seconds, attoseconds) = time.components
        let nanoseconds = Int(seconds) * 1_000_000_000 + Int(attoseconds / 1_000_000_000)
        let length = Int(tick.components.attoseconds / 1_000_000_000)
        return (nanoseconds + (roundingUp ? length - 1 : 0)) / length
    }
}
