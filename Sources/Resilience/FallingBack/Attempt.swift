import VoiceAPI

/// How one call to one provider went.
struct Attempt<Value> {
    var result: Result<Value, ProviderError>
    /// Until the first output; nil when there was none.
    var firstOutput: Duration?
    /// How long the provider let us wait, which the breaker judges.
    var waited: Duration
    /// Of the whole call.
    var duration: Duration
    /// Something was handed on that cannot be taken back.
    var hasOutput: Bool

    var error: ProviderError? {
        if case .failure(let error) = result { error } else { nil }
    }
}
