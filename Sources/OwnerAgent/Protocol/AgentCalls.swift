import Flow
import JSON
import Synchronization

/// The tool calls at work, so that an agent can take one back and no agent has too many.
final class AgentCalls: Sendable {
    /// One request of one agent.
    struct Key: Sendable, Hashable {
        var session: String
        var request: JSON
    }

    /// Calls at work at a time, of all agents together.
    static let limit = 32

    private let running = Mutex<[Key: Latch]>([:])

    /// Runs a call until it is done or taken back; the work is cancelled and awaited before this returns.
    ///
    /// - Throws: what the work throws, and when the call was taken back or may not begin.
    func run(_ key: Key, _ work: @escaping @Sendable () async throws(RPCError) -> JSON) async throws(RPCError) -> JSON {
        let takenBack = Latch()
        let refusal = running.withLock { running -> RPCError? in
            guard running[key] == nil else { return .invalidRequest("a request with this id is at work already") }
            guard running.count < Self.limit else { return .busy("\(Self.limit) calls are at work; try again later") }
            running[key] = takenBack
            return nil
        }
        if let refusal { throw refusal }
        defer { _ = running.withLock { $0.removeValue(forKey: key) } }
        let outcome = await withTaskGroup(of: Result<JSON, RPCError>.self) { group in
            group.addTask {
                do throws(RPCError) { return .success(try await work()) } catch { return .failure(error) }
            }
            group.addTask {
                await takenBack.wait()
                return .failure(.cancelled("the request was cancelled"))
            }
            defer { group.cancelAll() }
            return await group.next() ?? .failure(.cancelled("the request was cancelled"))
        }
        return try outcome.get()
    }

    /// Takes a call back; one that is not at work (any more) is left alone.
    func cancel(_ key: Key) { running.withLock { $0[key] }?.open() }
}
