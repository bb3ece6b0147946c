package import Flow
package import Logging
package import Storage
import Synchronization

/// Speaks the reminders when they are due. One per server; `run` is one of its tasks.
///
/// Nothing is polled: it sleeps until the next reminder, a new one, or a device that comes back. A reminder whose device
/// is away is kept and spoken when the device connects within 24 hours; it is taken from the database only when it was
/// heard, so after a crash it is rather spoken twice than never. A device that is in a conversation takes its reminders
/// and says them later; nobody waits for it here.
package final class ReminderService: Sendable {
    private struct State {
        /// Wakes the loop.
        var bell = Latch()
        /// Devices that connected since the last round.
        var arrivals: Set<String> = []
        /// More devices connected than were noted: look at all of them.
        var hasManyArrivals = false
        /// Reminders up to here were tried, in seconds since 1970.
        var horizon = Int64.min
        /// Taken by a device, which has not said them yet.
        var taken: [Int64: Taken] = [:]
        /// Heard, but the database has not forgotten them yet: never speak them again.
        var spoken: Set<Int64> = []
    }

    /// A reminder that a device will say.
    private struct Taken {
        let deviceID: String
        /// The device connected anew meanwhile: if the old connection did not say it, the new one does.
        var isWantedAgain = false
    }

    package let store: ReminderStore
    private let announcer: any Announcer
    private let now: @Sendable () -> Int64
    private let timezoneOffset: Int64
    private let clock: SessionClock
    private let logger: Logger
    private let state = Mutex(State())

    /// How long a reminder waits for its device, in seconds.
    private static let patience: Int64 = 86_400
    /// A single sleep while something is to come. The wall clock may be set while it lasts (a board without a battery wakes up in 1970), which the
    /// monotonic clock that we sleep on does not notice.
    private static let longestSleep = Duration.seconds(60)
    /// After a failure of the database.
    private static let backOff = Duration.seconds(30)
    /// How long an announcer may take to say whether the device is there.
    private static let announcerDeadline = Duration.seconds(10)
    /// Reminders of one round, devices spoken to at a time, and arrivals noted between rounds.
    private static let roundLimit = 500
    private static let devicesAtATime = 16
    private static let arrivalLimit = 10_000

    /// - Parameters:
    ///   - now: seconds since 1970, UTC.
    ///   - timezoneOffset: seconds east of Greenwich of the household.
    package init(
        store: ReminderStore, announcer: any Announcer, now: @escaping @Sendable () -> Int64, timezoneOffset: Int64,
        clock: SessionClock, logger: Logger
    ) {
        self.store = store
        self.announcer = announcer
        self.now = now
        self.timezoneOffset = timezoneOffset
        self.clock = clock
        self.logger = logger
    }

    /// Speaks what is due until the task is cancelled.
    package func run() async {
        await rounds()
        // What was heard since the last round, or the next start would speak it again.
        do { try await forgetSpoken() } catch { logUnusable(error) }
    }

    private func rounds() async {
        while !Task.isCancelled {
            let bell = Latch()
            state.withLock { $0.bell = bell }
            var pause: Duration?
            do {
                pause = try await round()
            } catch {
                if Task.isCancelled { return }
                logUnusable(error)
                pause = Self.backOff
            }
            await wait(for: bell, atMost: pause)
        }
    }

    /// The device can be spoken to: what it missed is said now.
    package func deviceConnected(_ id: String) {
        let bell = state.withLock { state in
            if state.arrivals.count < Self.arrivalLimit {
                state.arrivals.insert(id)
            } else {
                state.hasManyArrivals = true
            }
            return state.bell
        }
        bell.open()
    }

    /// A reminder was added; it may be earlier than what is slept for.
    func reminderAdded(dueAt: Int64) {
        let bell = state.withLock { state in
            // It may have come to the database after the round that it belongs to.
            if state.horizon >= dueAt { state.horizon = dueAt - 1 }
            return state.bell
        }
        bell.open()
    }

    /// Speaks everything that is due.
    ///
    /// - Returns: how long nothing will happen by itself; nil for ever.
    private func round() async throws -> Duration? {
        let now = now()
        let (start, arrivals) = state.withLock { state in
            // A wall clock that was set back lets moments come again.
            let start = state.hasManyArrivals ? .min : min(state.horizon, now)
            let arrivals = state.arrivals
            state.horizon = now
            state.arrivals = []
            state.hasManyArrivals = false
            return (start, arrivals)
        }
        do {
            for lost in try await store.removeDue(before: now - Self.patience) {
                logger.notice(
                    "a reminder was dropped: its device did not come back",
                    metadata: ["device": "\(lost.deviceID)", "reminder": "\(lost.id)"])
            }
            var due = try await store.due(after: start, upTo: now, limit: Self.roundLimit)
            if due.count == Self.roundLimit, let last = due.last {
                // The rest follows at once. All of the last second, or it would be cut in two.
                due.removeAll { $0.dueAt == last.dueAt }
                due += try await store.due(after: last.dueAt - 1, upTo: last.dueAt, limit: .max)
                state.withLock { $0.horizon = min($0.horizon, last.dueAt) }
            }
            for id in arrivals {
                let own = try await store.due(of: id, upTo: now)
                state.withLock { state in for one in own { state.taken[one.id]?.isWantedAgain = true } }
                due += own
            }
            try await forgetSpoken()
            await speak(due)
            try await forgetSpoken()
        } catch {
            state.withLock { state in
                state.horizon = min(state.horizon, start)
                state.arrivals.formUnion(arrivals)
            }
            throw error
        }
        return try await pause()
    }

    private func pause() async throws -> Duration? {
        guard let earliest = try await store.nextDue(after: .min) else { return nil }
        let now = now()
        let untilDropped = Duration.seconds(max(0, earliest + Self.patience + 1 - now))
        guard let next = try await store.nextDue(after: state.withLock { $0.horizon }) else { return untilDropped }
        return min(.seconds(max(0, next - now)), untilDropped, Self.longestSleep)
    }

    /// Devices side by side, the reminders of each in order.
    private func speak(_ reminders: [Reminder]) async {
        let fresh = state.withLock { state in
            Set(reminders).filter { state.taken[$0.id] == nil && !state.spoken.contains($0.id) }
        }
        let byDevice = Dictionary(grouping: fresh, by: \.deviceID)
        await withTaskGroup(of: Void.self) { group in
            for (count, list) in byDevice.values.enumerated() {
                if count >= Self.devicesAtATime { await group.next() }
                group.addTask { await self.speakInOrder(list) }
            }
        }
    }

    private func speakInOrder(_ reminders: [Reminder]) async {
        for reminder in reminders.sorted(by: { ($0.dueAt, $0.id) < ($1.dueAt, $1.id) }) {
            // The others wait for the device too.
            guard await say(reminder) else { return }
        }
    }

    /// - Returns: whether the device took it.
    private func say(_ reminder: Reminder) async -> Bool {
        let words = ReminderWords(reminder.language).due(reminder, now: now(), offset: timezoneOffset)
        let (id, deviceID) = (reminder.id, reminder.deviceID)
        state.withLock { $0.taken[id] = Taken(deviceID: deviceID) }
        // Kept aside: what was taken counts as taken, although the deadline or the server's end came meanwhile.
        let isTaken = Mutex(false)
        do {
            try await withProgressDeadline(
                Self.announcerDeadline, clock: clock, provider: "reminders", waitingFor: "announcement"
            ) { [announcer] _ in
                let taken = await announcer.say(words, on: deviceID) { self.ended(id, wasHeard: $0) }
                isTaken.withLock { $0 = taken }
            }
        } catch {
            if !Task.isCancelled {
                logger.warning("a reminder could not be spoken", metadata: ["device": "\(deviceID)"])
            }
        }
        guard isTaken.withLock({ $0 }) else {
            // Before its end was told; a device that said it at once has ended it already.
            state.withLock { _ = $0.taken.removeValue(forKey: id) }
            return false
        }
        return true
    }

    /// A device has said a reminder that it had taken, or is gone.
    private func ended(_ id: Int64, wasHeard: Bool) {
        let bell = state.withLock { state -> Latch? in
            let taken = state.taken.removeValue(forKey: id)
            if wasHeard { state.spoken.insert(id) }
            // One that was heard makes room for what the device would not take; one that was not is for the device's
            // new connection, if there is one.
            guard let taken, wasHeard || taken.isWantedAgain else { return nil }
            state.arrivals.insert(taken.deviceID)
            return state.bell
        }
        bell?.open()
    }

    /// Forgets what was heard.
    private func forgetSpoken() async throws {
        for id in state.withLock({ $0.spoken }) {
            try await store.remove(id)
            state.withLock { _ = $0.spoken.remove(id) }
        }
    }

    private func logUnusable(_ error: any Error) {
        logger.error("the reminders in the database cannot be used", metadata: ["reason": "\(error)"])
    }

    private func wait(for bell: Latch, atMost pause: Duration?) async {
        guard let pause else { return await bell.wait() }
        guard pause > .zero else { return }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await bell.wait() }
            group.addTask { [clock] in try? await clock.sleep(for: pause) }
            await group.next()
            group.cancelAll()
        }
    }
}
