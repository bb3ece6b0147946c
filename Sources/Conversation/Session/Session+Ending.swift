import Flow
import Logging

/// The ways in which the server itself ends or slims a session.
extension Session {
    /// Dialogue entries that survive slimming, as the architecture document says.
    private static let entriesKept = 10

    /// A newer connection of the same device is here: this one is over.
    func replace() { end(1000, reason: "replaced by a newer connection") }

    /// The sweeper found it: a policy was broken, or nothing lives behind it.
    func sweep(reason: String) { end(1008, reason: reason) }

    /// The owner wants it gone.
    package func kick() { end(1000, reason: "ended by the owner") }

    /// Clears buffers and queues, and forgets all but the end of the dialogue.
    func slim() {
        interrupt()
        listener.reset()
        connection.dropAudio()
        dialogue.keepLast(Self.entriesKept)
    }

    /// The server stops: nothing new begins, what is being said is said to its end within `limit`, then it is cut.
    func drain(within limit: Duration) async {
        isDraining = true
        dropUtterance()
        let deadline = clock.now + limit
        while machine.isReplying, clock.now < deadline {
            do { try await clock.sleep(for: .milliseconds(50)) } catch { break }
        }
        end(1001, reason: "the server is stopping")
    }

    private func end(_ code: UInt16, reason: String) {
        interrupt()
        close(code, reason: reason)
    }
}
