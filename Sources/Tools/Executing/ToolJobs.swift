import Flow
import Synchronization
import VoiceAPI

/// Owns the calls of one session that outlive a turn: a transfer that has begun must not stop halfway because the
/// person said something. The session runs it as one of its tasks; they end with the session at the latest.
package final class ToolJobs: Sendable {
    /// Jobs waiting to be started; a session that has so many is not served.
    private let queue = BoundedQueue<@Sendable () async -> Void>(limit: 32)

    package init() {}

    /// Runs jobs until the session ends.
    package func run() async {
        await withDiscardingTaskGroup { group in
            for await job in queue { group.addTask { await job() } }
            group.cancelAll()
        }
    }

    /// No more jobs.
    package func finish() { queue.finish() }

    /// Hands the work over and waits for it.
    ///
    /// - Throws: what the work throws; `CancellationError` when the caller's turn ends first (the work goes on).
    func run(_ work: @escaping @Sendable () async throws -> ToolResult) async throws -> ToolResult {
        let outcome = JobOutcome()
        let accepted = queue.offer {
            do { outcome.set(.success(try await work())) } catch { outcome.set(.failure(error)) }
        }
        guard accepted else {
            throw ProviderError(.overloaded, provider: "tools", message: "too many tools are running for this device")
        }
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
