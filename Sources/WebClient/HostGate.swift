import Flow
import Synchronization
import VoiceAPI

/// Lets so many requests to a host run at a time; others wait in line, a bounded number for a bounded time.
final class HostGate: Sendable {
    private struct Waiter {
        let id: Int
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct Line {
        var running = 0
        /// A released slot is handed to the first of these, so nobody overtakes.
        var waiters: [Waiter] = []
    }

    private struct State {
        var lines: [String: Line] = [:]
        var nextID = 0

        /// Takes a slot if one is free.
        mutating func take(_ host: String, limit: Int) -> Bool {
            guard lines[host, default: Line()].running < max(1, limit) else { return false }
            lines[host, default: Line()].running += 1
            return true
        }
    }

    private let limits: WebLimits
    private let clock: SessionClock
    private let state = Mutex(State())

    init(limits: WebLimits, clock: SessionClock) {
        self.limits = limits
        self.clock = clock
    }

    /// Requests that run and wait now, over all hosts.
    var depth: (running: Int, waiting: Int) {
        state.withLock { state in
            state.lines.values.reduce((0, 0)) { ($0.0 + $1.running, $0.1 + $1.waiters.count) }
        }
    }

    /// Takes a slot; every success needs one `leave`.
    ///
    /// - Throws: `.overloaded` when the line is full or the wait too long; `.cancelled` with the task.
    func enter(_ host: String, provider: String) async throws(ProviderError) {
        let ticket = state.withLock { state -> Int? in
            if state.take(host, limit: limits.concurrentRequests) { return nil }
            state.nextID += 1
            return state.nextID
        }
        guard let ticket else { return }
        if await wait(host, id: ticket) { return }
        if Task.isCancelled {
            throw ProviderError(.cancelled, provider: provider, message: "the turn is over")
        }
        throw ProviderError(
            .overloaded, provider: provider, message: "too many requests to \(host) are under way")
    }

    /// Gives the slot back, to the first in line if there is one.
    func leave(_ host: String) {
        let next = state.withLock { state -> Waiter? in
            guard var line = state.lines[host] else { return nil }
            defer { state.lines[host] = line.running == 0 && line.waiters.isEmpty ? nil : line }
            if !line.waiters.isEmpty { return line.waiters.removeFirst() }
            line.running -= 1
            return nil
        }
        next?.continuation.resume(returning: true)
    }

    /// - Returns: whether a slot was handed over.
    private func wait(_ host: String, id: Int) async -> Bool {
        let (clock, timeout) = (clock, limits.waitingTimeout)
        return await withTaskGroup(of: Bool?.self) { group in
            group.addTask { await self.queueUp(host, id: id) }
            group.addTask {
                try? await clock.sleep(for: timeout)
                return nil
            }
            var entered = false
            for await result in group {
                // A slot that was handed over stays ours although the time is over.
                entered = result ?? entered
                group.cancelAll()
            }
            return entered
        }
    }

    private func queueUp(_ host: String, id: Int) async -> Bool {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let result = state.withLock { state -> Bool? in
                    // Asked under the lock: `onCancel`, which needs the lock too, then cannot miss the waiter.
                    if Task.isCancelled { return false }
                    // A slot may have become free on the way here.
                    if state.take(host, limit: limits.concurrentRequests) { return true }
                    guard state.lines[host, default: Line()].waiters.count < limits.waitingRequests else {
                        return false
                    }
                    state.lines[host, default: Line()].waiters.append(Waiter(id: id, continuation: continuation))
                    return nil
                }
                if let result { continuation.resume(returning: result) }
            }
        } onCancel: {
            giveUp(host, id: id)
        }
    }

    private func giveUp(_ host: String, id: Int) {
        let waiter = state.withLock { state -> Waiter? in
            guard let index = state.lines[host]?.waiters.firstIndex(where: { $0.id == id }) else { return nil }
            return state.lines[host]?.waiters.remove(at: index)
        }
        waiter?.continuation.resume(returning: false)
    }
}
