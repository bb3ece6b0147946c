import Flow
import Synchronization

/// Words that no person asked for now: a reminder that is due.
extension Session {
    /// How long an announcement waits for the end of a conversation that is going on.
    private static let patience = Duration.seconds(90)
    /// One more is refused.
    private static let mostWaiting = 8

    /// Takes words to be said when nobody is speaking.
    ///
    /// - Returns: false when the device has not opened its ears yet or too much waits already.
    package func announce(_ words: String) -> Bool {
        guard capture.hasListened, !words.isEmpty else { return false }
        let isTaken = announcements.withLock { waiting in
            guard waiting.count < Self.mostWaiting else { return false }
            waiting.append(words)
            return true
        }
        guard isTaken else { return false }
        if !isAnnouncing {
            isAnnouncing = true
            return connection.perform { [weak self] in await self?.sayAnnouncements() }
        }
        return true
    }

    /// Calls once when the device listens for the first time; a board takes no speech before (statement 27).
    func whenListening(_ action: @escaping @Sendable () -> Void) { onListening = action }

    /// Says what was announced, one after the other.
    private func sayAnnouncements() async {
        defer { isAnnouncing = false }
        while let words = announcements.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) {
            let deadline = clock.now + Self.patience
            while machine.current != nil, clock.now < deadline {
                do { try await clock.sleep(for: .milliseconds(200)) } catch { return }
            }
            await run(begin(.announcement(words)))
        }
    }
}
