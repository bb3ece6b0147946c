import Flow
import Synchronization
import VoiceAPI

/// The calls of one session that outlive a turn: a transfer that has begun must not stop halfway because the person said
/// something. The session runs them as its own tasks; they end with the session at the latest.
package final class ToolJobs: Sendable {
    /// Calls of one session that may run at a time; one more is refused.
    package static let limit = 32
    private let running = Mutex(0)
    private let start: @Sendable (@escaping @Sendable () async -> Void) -> Bool

    /// - Parameter start: runs work as a task of the session; false when the session is over.
    package init(start: @escaping @Sendable (@escaping @Sendable () async -> Void) -> Bool) {
        self.start = start
    }

    /// Hands the work over and waits for it.
    ///
    /// - Throws: what the work throws; `.overloaded` when too many are running; `CancellationError` when the caller's
    ///   turn ends first (the work goes on).
    func run(_ work: @escaping @Sendable () async throws -> ToolResult) async throws -> ToolResult {
        let hasRoom = running.withLock { running in
            guard running < Self.limit else { return false }
            running += 1
            return true
        }
        guard hasRoom else {
            throw ProviderError(
                .overloaded, provider: "tools",
                message: "\(Self.limit) calls are still running for this device; try again later")
        }
        let outcome = JobOutcome()
        let accepted = start {
            let result: Result<ToolResult, any Error>
            do { result = .success(try await work()) } catch { result = .failure(error) }
            self.running.withLock { $0 -= 1 }
            outcome.set(result)
        }
        guard accepted else { throw CancellationError() }
        await outcome.latch.wait()
        guard let result = outcome.result else { throw CancellationError() }
        return try result.get()
    }
}

/// Carries one job's result to the turn that waits for it, if it still does.
private final class JobOutcome: Sendable {
    let latch = Latch()
    private let state = Mutex<Result<ToolResult, any Error>?>(nil)
    var result: Result<ToolResult, any Error>? { state.withLock { $0 } }
    func set(_ result: Result<ToolResult, any Error>) {
        state.withLock { $0 = result }
        latch.open()
    }
}
