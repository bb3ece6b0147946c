import Flow
import Synchronization

/// Where reloads are asked for: by the file watch, a signal, the keyboard, the owner's API and the console. The
/// `Reloader` takes them one after the other, so a caller that goes away leaves nothing half done.
final class ReloadDesk: Sendable {
    /// One wish and its answer.
    final class Request: Sendable {
        /// Who asks, for the log.
        let trigger: String
        private let outcome = Mutex<ReloadOutcome?>(nil)
        private let done = Latch()

        init(trigger: String) { self.trigger = trigger }

        func answer(_ result: ReloadOutcome) {
            outcome.withLock { $0 = result }
            done.open()
        }

        /// - Returns: nil when the waiting task was cancelled.
        func wait() async -> ReloadOutcome? {
            await done.wait()
            return outcome.withLock { $0 }
        }
    }

    /// More wait only where somebody asks in a loop.
    let requests = BoundedQueue<Request>(limit: 4)

    /// Waits for the reload; cancelling the wait does not stop it.
    func reload(_ trigger: String) async -> ReloadOutcome {
        let request = Request(trigger: trigger)
        guard requests.offer(request) else {
            return .refused(["other reloads are going on, or the server is stopping; try again"])
        }
        return await request.wait() ?? .refused(["the wait was cancelled"])
    }
}
