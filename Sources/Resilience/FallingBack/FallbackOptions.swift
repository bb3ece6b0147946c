package import Flow
package import Logging

/// What the chains of all three seams have in common.
package struct FallbackOptions: Sendable {
    package var clock: SessionClock
    package var logger: Logger
    /// How the whole chain is tried again when every provider failed before its first output; nil: not at all.
    package var retry: RetryPolicy?
    /// Receives each call of each provider; must not block.
    package var onEvent: @Sendable (ProviderEvent) -> Void

    package init(
        clock: SessionClock, logger: Logger, retry: RetryPolicy? = nil,
        onEvent: @escaping @Sendable (ProviderEvent) -> Void = { _ in }
    ) {
        self.clock = clock
        self.logger = logger
        self.retry = retry
        self.onEvent = onEvent
    }
}
