/// How a call under test ended.
enum Ending<Value: Sendable>: Sendable {
    case returned(Value)
    case threw(any Error)
    /// It had not ended when its time was over.
    case hung
}

/// Makes a call, cancels it after `cancelAfter`, and waits at most `limit` longer for its end.
///
/// Real time, because providers work on real threads and sockets. A call that hangs is left behind: a task group would
/// wait for it, and the suite could not say what is wrong.
func withinTime<Value: Sendable>(
    _ limit: Duration, cancelAfter: Duration? = nil, _ call: @escaping @Sendable () async throws -> Value
) async -> Ending<Value> {
    let (ends, announce) = AsyncStream.makeStream(of: Ending<Value>.self, bufferingPolicy: .bufferingOldest(1))
    let work = Task {
        do { announce.yield(.returned(try await call())) } catch { announce.yield(.threw(error)) }
    }
    let patience = Task {
        if let cancelAfter {
            try? await Task.sleep(for: cancelAfter)
            work.cancel()
        }
        try? await Task.sleep(for: limit)
        announce.yield(.hung)
    }
    defer {
        patience.cancel()
        work.cancel()
    }
    for await end in ends { return end }
    return .hung
}
