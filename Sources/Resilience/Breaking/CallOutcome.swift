package import VoiceAPI

/// What a call to a provider says about the provider's health.
package enum CallOutcome: Sendable, Hashable {
    case success
    case failure
    /// The key is refused; every further call will be too.
    case unauthorized
    /// Nothing: the turn was given up, or what was sent was wrong.
    case neutral

    package init(_ code: ProviderError.Code) {
        switch code {
        case .cancelled, .invalidRequest: self = .neutral
        case .unauthorized: self = .unauthorized
        default: self = .failure
        }
    }
}
