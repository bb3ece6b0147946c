import Synchronization

/// Sentences that are said again and again, encoded once for all devices with the same voice: greetings, apologies, the
/// answers that everybody gets.
///
/// What a person is told once is never kept: an answer's sentence is admitted when it is said the second time, one of the
/// server's own phrases at once. Belongs to one configuration, so a new voice begins anew. Shared by all sessions.
package final class SpeechCache: Sendable {
    private let shelf: Mutex<SpeechShelf>

    /// - Parameter limit: bytes of packets kept; an hour of speech has 11 MB.
    package init(limit: Int = 4 << 20) {
        shelf = Mutex(SpeechShelf(limit: limit))
    }

    func packets(for key: SpeechKey, at now: Duration) -> [[UInt8]]? {
        shelf.withLock { $0.packets(for: key, at: now) }
    }

    /// Whether a sentence that is about to be synthesized should be kept.
    func admits(_ key: SpeechKey, isAnswer: Bool) -> Bool { shelf.withLock { $0.admits(key, isAnswer: isAnswer) } }

    func keep(_ packets: [[UInt8]], for key: SpeechKey, at now: Duration) {
        shelf.withLock { $0.keep(packets, for: key, at: now) }
    }
}
