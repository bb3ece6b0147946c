import Flow
import Synchronization

/// The agents that have shaken hands. At most `limit`: one more takes the place of the one that was quiet the longest,
/// because an agent that crashed never says goodbye and must not lock its owner out.
final class AgentSessions: Sendable {
    private struct Entry {
        var version: AgentProtocolVersion
        var lastUse: Duration
    }

    private let clock: SessionClock
    private let limit: Int
    private let lifetime: Duration
    private let entries = Mutex<[String: Entry]>([:])

    /// - Parameter lifetime: how long an agent may be quiet.
    init(clock: SessionClock, limit: Int, lifetime: Duration) {
        self.clock = clock
        self.limit = max(limit, 1)
        self.lifetime = lifetime
    }

    /// - Returns: the new session's id: 128 random bits, so nobody guesses it.
    func open(_ version: AgentProtocolVersion) -> String {
        var generator = SystemRandomNumberGenerator()
        let id = (0..<2).map { _ in
            let digits = String(UInt64.random(in: .min ... .max, using: &generator), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
        let now = clock.now
        entries.withLock { entries in
            Self.expire(&entries, before: now - lifetime)
            if entries.count >= limit, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse }) {
                entries[oldest.key] = nil
            }
            entries[id] = Entry(version: version, lastUse: now)
        }
        return id
    }

    /// Notes that the agent is there.
    ///
    /// - Returns: what it speaks; nil when there is no such session any more.
    func touch(_ id: String) -> AgentProtocolVersion? {
        let now = clock.now
        return entries.withLock { entries in
            Self.expire(&entries, before: now - lifetime)
            entries[id]?.lastUse = now
            return entries[id]?.version
        }
    }

    /// - Returns: whether there was one.
    func close(_ id: String) -> Bool {
        let now = clock.now
        return entries.withLock { entries in
            Self.expire(&entries, before: now - lifetime)
            return entries.removeValue(forKey: id) != nil
        }
    }

    private static func expire(_ entries: inout [String: Entry], before deadline: Duration) {
        entries = entries.filter { $0.value.lastUse > deadline }
    }
}
