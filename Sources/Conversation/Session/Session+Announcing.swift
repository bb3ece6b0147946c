import DeviceProtocol
import Flow
import Synchronization

/// Words that no person asked for now: a reminder that is due.
extension Session {
    /// How long an announcement waits for the end of a conversation that is going on.
    private static let patience = Duration.seconds(90)
    /// One more is refused.
    private static let mostWaiting = 8
    /// How often it is begun when the person always speaks before its first sound.
    private static let tries = 3

    /// Takes words to be said when nobody is speaking.
    ///
    /// - Parameter ended: told once whether the person could hear them; not called for words that are refused.
    /// - Returns: false when the device has not opened its ears yet, is gone, or too much waits already.
    package func announce(_ words: String, ended: @escaping @Sendable (_ wasHeard: Bool) -> Void = { _ in }) -> Bool {
        guard capture.hasListened, !hasEnded, !words.isEmpty else { return false }
        let isTaken = announcements.withLock { waiting in
            guard waiting.count < Self.mostWaiting else { return false }
            waiting.append(Announcement(words: words, ended: ended))
            return true
        }
        guard isTaken else { return false }
        guard !isAnnouncing else { return true }
        isAnnouncing = connection.perform { [weak self] in await self?.sayAnnouncements() }
        if !isAnnouncing { announcements.withLock { _ = $0.popLast() } }
        return isAnnouncing
    }

    /// Calls once when the device listens for the first time; a board takes no speech before (statement 27).
    func whenListening(_ action: @escaping @Sendable () -> Void) { onListening = action }

    /// The connection is over: nothing that waits will be heard, and nothing more is taken.
    func endAnnouncements() {
        hasEnded = true
        while let announcement = nextAnnouncement() { announcement.ended(false) }
    }

    private func nextAnnouncement() -> Announcement? {
        announcements.withLock { $0.isEmpty ? nil : $0.removeFirst() }
    }

    /// Says what was announced, one after the other.
    private func sayAnnouncements() async {
        defer { isAnnouncing = false }
        while let announcement = nextAnnouncement() { announcement.ended(await say(announcement.words)) }
    }

    /// Somebody speaks, or holds the button to speak.
    private var isEngaged: Bool { machine.current != nil || (capture.mode == .manual && capture.isOpen) }

    /// - Returns: whether the person could hear it: to its end, or until they interrupted it themselves.
    private func say(_ words: String) async -> Bool {
        for _ in 0..<Self.tries {
            let deadline = clock.now + Self.patience
            while isEngaged, clock.now < deadline {
                do { try await clock.sleep(for: .milliseconds(200)) } catch { return false }
            }
            guard !Task.isCancelled, closing == nil else { return false }
            let turn = begin(.announcement(words))
            await run(turn)
            let timeline = turn.timeline
            // A connection that broke or was closed meanwhile is no ear.
            guard !Task.isCancelled, closing == nil || timeline.ending == .completed else { return false }
            if timeline.firstFrame != nil { return true }
            // No voice could say it, or the person began to speak at the same moment.
            guard timeline.ending == .interrupted else { return false }
        }
        return false
    }
}
