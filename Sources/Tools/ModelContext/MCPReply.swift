import Flow
import JSON
import Synchronization

/// The answer to one request, waited for by one task.
final class MCPReply: Sendable {
    private let latch = Latch()
    private let result = Mutex<Result<JSON, MCPError>?>(nil)

    /// The first answer counts.
    func set(_ answer: Result<JSON, MCPError>) {
        result.withLock { if $0 == nil { $0 = answer } }
        latch.open()
    }

    /// - Throws: `MCPError`, or `CancellationError` with the task.
    func value() async throws -> JSON {
        await latch.wait()
        guard let result = result.withLock({ $0 }) else { throw CancellationError() }
        return try result.get()
    }
}
