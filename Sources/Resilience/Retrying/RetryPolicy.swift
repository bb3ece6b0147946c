package import VoiceAPI

/// Whether and when a failed call is made again. Pure: time and chance are passed in.
package struct RetryPolicy: Sendable, Hashable {
    /// What a second try may do.
    package enum Safety: Sendable, Hashable {
        /// Asking twice does no harm: a question to a model, a sentence to a voice, a GET.
        case repeatable
        /// Only when the service surely did nothing with the first try: it was told to wait, or never sent.
        case onlyIfRefused
    }

    /// The pauses before the second, third … try.
    package var delays: [Duration] = [.seconds(1), .seconds(2), .seconds(4)]
    /// How far a pause may differ from its value, as a share of it, 0…1.
    package var jitter = 0.25
    /// A try that would begin later than this after the first one is of no use any more.
    package var usefulFor = Duration.seconds(6)
    package var safety = Safety.repeatable

    package init() {}

    /// - Parameters:
    ///   - tries: made so far, at least 1.
    ///   - elapsed: since the first try began.
    /// - Returns: the pause before the next try; nil to give up.
    package func delay(
        after error: ProviderError, tries: Int, elapsed: Duration, using generator: inout some RandomNumberGenerator
    ) -> Duration? {
        guard tries >= 1, tries <= delays.count, isSafe(error.code) else { return nil }
        let spread = min(max(jitter, 0), 1)
        let factor = spread > 0 ? Double.random(in: 1 - spread...1 + spread, using: &generator) : 1
        // The service's own word is a lower limit: asking sooner makes it slower still.
        let delay = max(delays[tries - 1] * factor, error.retryAfter ?? .zero)
        return elapsed + delay < usefulFor ? delay : nil
    }

    private func isSafe(_ code: ProviderError.Code) -> Bool {
        switch code {
        case .rateLimited, .overloaded: true
        case .unavailable, .timedOut, .invalidResponse: safety == .repeatable
        default: false
        }
    }
}
