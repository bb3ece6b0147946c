import GRDB

extension DatabaseWriter {
    /// Writes in one transaction, also when the task is cancelled: GRDB's own `write` rolls back then, and what must
    /// be kept would be lost with the task that keeps it.
    func uncancelledWrite<T: Sendable>(
        _ body: @escaping @Sendable (GRDB.Database) throws -> T
    ) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            asyncWrite(body) { _, result in continuation.resume(with: result) }
        }
    }

    /// Reads, also when the task is cancelled.
    func uncancelledRead<T: Sendable>(
        _ body: @escaping @Sendable (GRDB.Database) throws -> T
    ) async throws -> T {
        try await withCheckedThrowingContinuation { continuation in
            asyncRead { database in continuation.resume(with: Result { try body(database.get()) }) }
        }
    }
}
