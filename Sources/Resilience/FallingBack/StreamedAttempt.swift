import Flow
import VoiceAPI

/// Makes one call to a provider that streams its output, with a deadline for the first piece.
///
/// The provider runs in a child task, so that the deadline can cancel it; its pieces come back through a queue of one,
/// which keeps the backpressure: it is never more than one piece ahead of the listener.
///
/// - Parameters:
///   - isOutput: whether a piece is heard by the person and thus binds the turn to this provider.
///   - work: calls the provider with the given `emit`.
///   - receive: gets the pieces in order, in the caller's own context.
func attemptStream<Piece: Sendable>(
    provider: String, deadline: Duration, clock: SessionClock, isOutput: @escaping @Sendable (Piece) -> Bool,
    work: @escaping @Sendable (_ emit: @escaping @Sendable (Piece) async -> Void) async throws(ProviderError) -> Void,
    receive: (Piece) async -> Void
) async -> Attempt<Void> {
    let start = clock.now
    let gate = FirstOutputGate()
    let pieces = BoundedQueue<Piece>(limit: 1)
    let failure = await withTaskGroup(of: ProviderError?.self) { group -> ProviderError? in
        group.addTask {
            defer { pieces.finish() }
            do throws(ProviderError) {
                try await work { piece in
                    if isOutput(piece) {
                        guard gate.begin(after: clock.now - start) else { return }
                    }
                    await pieces.send(piece)
                }
                return nil
            } catch {
                return error
            }
        }
        group.addTask {
            // Ends by itself or with the group; once output has begun there is nothing to watch.
            try? await clock.sleep(until: start + deadline)
            if !Task.isCancelled, gate.expire() { pieces.finish() }
            return nil
        }
        for await piece in pieces { await receive(piece) }
        // Cancelled by the deadline, by the turn, or already done: wait for the provider in any case.
        if gate.isExpired || Task.isCancelled { group.cancelAll() }
        var failure: ProviderError?
        // The provider's end also ends the watch.
        for await error in group {
            failure = failure ?? error
            group.cancelAll()
        }
        return failure
    }
    let duration = clock.now - start
    let firstOutput = gate.firstOutput
    return Attempt(
        result: outcome(
            of: failure.map { .failure($0) } ?? .success(()), provider: provider, deadline: deadline, gate: gate),
        firstOutput: firstOutput, waited: firstOutput ?? duration, duration: duration, hasOutput: firstOutput != nil)
}

/// What a finished call means: the turn's end before the deadline, and the deadline before the provider's own error.
func outcome<Value>(
    of result: Result<Value, ProviderError>, provider: String, deadline: Duration, gate: FirstOutputGate
) -> Result<Value, ProviderError> {
    if Task.isCancelled {
        return .failure(ProviderError(.cancelled, provider: provider, message: "the turn is over"))
    }
    if gate.isExpired {
        return .failure(ProviderError(.timedOut, provider: provider, message: "no output within \(deadline)"))
    }
    return result
}
