import Logging
import VoiceAPI

/// Asks one provider after the other until one answers: the part that is the same for every seam.
struct FallbackChain<Provider: Sendable>: Sendable {
    let links: [FallbackLink<Provider>]
    let options: FallbackOptions

    /// The names of all links: what the chain calls itself.
    var name: String { links.map(\.breaker.name).joined(separator: "→") }

    /// - Parameter call: makes one attempt; never throws, so that no way out forgets the breaker.
    /// - Throws: after the first output the provider's own error; before it the most telling one of all providers;
    ///   `.cancelled` with the turn.
    func run<Value>(
        _ call: (FallbackLink<Provider>) async -> Attempt<Value>
    ) async throws(ProviderError) -> Value {
        var asked: [Int: Int] = [:]
        guard let retry = options.retry else { return try await tryOnce(call, asked: &asked) }
        var spoken: ProviderError?
        let result: Result<Value, ProviderError> = try await withRetries(retry, clock: options.clock) {
            () throws(ProviderError) in
            let before = asked
            do throws(ProviderError) {
                return .success(try await tryOnce(call, asked: &asked) { spoken = $0 })
            } catch {
                // Something was said already: nothing may be said twice.
                if spoken != nil { return .failure(error) }
                // Nobody was asked: all rest, and none will have rested enough by the next try.
                if asked == before { return .failure(error) }
                throw error
            }
        }
        return try result.get()
    }

    /// - Parameter asked: how often each link was asked in this turn, by its place.
    private func tryOnce<Value>(
        _ call: (FallbackLink<Provider>) async -> Attempt<Value>, asked: inout [Int: Int],
        onBroken: (ProviderError) -> Void = { _ in }
    ) async throws(ProviderError) -> Value {
        var failures: [ProviderError] = []
        var failed: ProviderEvent?
        for (place, link) in links.enumerated() {
            if Task.isCancelled { break }
            guard let permit = link.breaker.admit() else { continue }
            if let event = failed, let error = failures.last {
                noteFallingBack(event, error: error, to: link)
                failed = nil
            }
            let isRetry = asked[place] != nil
            asked[place, default: 0] += 1
            let attempt = await call(link)
            let error = attempt.error
            // One turn that fails three times is one failure, or few turns of one device would take the provider from all.
            link.breaker.record(
                permit, error: error, duration: attempt.waited, countsFailure: !isRetry)
            let event = ProviderEvent(
                provider: link.breaker.name, code: error?.code, firstOutput: attempt.firstOutput,
                duration: attempt.duration, fellBack: false, isRetry: isRetry)
            switch attempt.result {
            case .success(let value):
                options.onEvent(event)
                return value
            case .failure(let error):
                guard error.code != .cancelled, !attempt.hasOutput else {
                    options.onEvent(event)
                    if attempt.hasOutput { onBroken(error) }
                    throw error
                }
                failures.append(error)
                failed = event
            }
        }
        if let failed { options.onEvent(failed) }
        if Task.isCancelled {
            throw ProviderError(.cancelled, provider: name, message: "the turn is over")
        }
        let error = mostTelling(failures)
        if failures.isEmpty, let first = links.first {
            // Nobody was asked, and still a person got no answer: metrics and alerts must see it.
            options.onEvent(
                ProviderEvent(
                    provider: first.breaker.name, code: error.code, firstOutput: nil, duration: .zero, fellBack: false))
        }
        throw error
    }

    private func noteFallingBack(_ event: ProviderEvent, error: ProviderError, to next: FallbackLink<Provider>) {
        var event = event
        event.fellBack = true
        options.onEvent(event)
        options.logger.warning(
            "provider failed, the next one is asked",
            metadata: [
                "provider": "\(event.provider)", "next": "\(next.breaker.name)", "code": "\(error.code)",
                "reason": "\(error.message)", "duration": "\(event.duration)",
            ])
    }

    /// The failure whose remedy a person should hear of first: wrong settings before weak networks.
    private func mostTelling(_ failures: [ProviderError]) -> ProviderError {
        let order: [ProviderError.Code] = [
            .unauthorized, .invalidRequest, .rateLimited, .invalidResponse, .unavailable, .timedOut, .overloaded,
        ]
        func best(_ errors: [ProviderError]) -> ProviderError? {
            errors.min { (order.firstIndex(of: $0.code) ?? .max) < (order.firstIndex(of: $1.code) ?? .max) }
        }
        if let error = best(failures) { return error }
        guard !links.isEmpty else {
            return ProviderError(.invalidRequest, provider: name, message: "no provider is configured")
        }
        let last = best(links.compactMap(\.breaker.lastError))
        return ProviderError(
            last?.code ?? .unavailable, provider: last?.provider ?? name,
            message: "every provider rests after failures" + (last.map { "; the last one: \($0.message)" } ?? ""),
            cause: last, retryAfter: last?.retryAfter)
    }
}
