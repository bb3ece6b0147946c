import Flow

/// Words that no person asked for now: a reminder that is due.
extension Session {
    /// How long an announcement waits for the end of a conversation that is going on.
    private static let patience = Duration.seconds(90)

    /// Takes words to be said when nobody is speaking.
    ///
    /// - Returns: false when the device has not opened its ears yet or too much waits already.
    package func announce(_ words: String) -> Bool {
        guard capture.hasListened, !words.isEmpty else { return false }
        return announcements.offer(words)
    }

    /// Calls once when the device listens for the first time; a board takes no speech before (statement 27).
    func whenListening(_ action: @escaping @Sendable () -> Void) { onListening = action }

    /// Says what was announced, one after the other.
    func runAnnouncements() async {
        for await words in announcements {
            let deadline = clock.now + Self.patience
            while machine.current != nil, clock.now < deadline {
                do { try await clock.sleep(for: .milliseconds(200)) } catch { return }
            }
            await run(begin(.announcement(words)))
        }
    }
}
