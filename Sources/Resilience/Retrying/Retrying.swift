package import Flow
package import VoiceAPI

/// Makes a call again as the policy allows.
///
/// - Parameter onRetry: told before each further try, for metrics.
/// - Throws: the last try's error; `.cancelled` as soon as the task is cancelled, also during a pause.
package func withRetries<Result>(
    _ policy: RetryPolicy, clock: SessionClock, onRetry: () -> Void = {},
    operation: () async throws(ProviderError) -> Result
) async throws(ProviderError) -> Result {
    var generator = SystemRandomNumberGenerator()
    return try await withRetries(policy, clock: clock, using: &generator, onRetry: onRetry, operation: operation)
}

/// The same with a generator of one's own, so that a test knows the pauses.
package func withRetries<Result>(
    _ policy: RetryPolicy, clock: SessionClock, using generator: inout some RandomNumberGenerator,
    onRetry: () -> Void = {}, operation: () async throws(ProviderError) -> Result
) async throws(ProviderError) -> Result {
    let start = clock.now
    var tries = 0
    while true {
        do {
            return try await operation()
        } catch {
            tries += 1
            guard !Task.isCancelled,
                let delay = policy.delay(
                    after: error, tries: tries, elapsed: clock.now - start, using: &generator)
            else { throw error }
            do { try await clock.sleep(for: delay) } catch {
                throw ProviderError(.cancelled, provider: "retry", message: "the turn is over")
            }
            onRetry()
        }
    }
}
