import Resilience
import Telemetry
import VoiceAPI

extension ServerMetrics {
    /// Counts a link that failed within a turn that went on with the next one. How the whole chain did is counted by the
    /// session, under the chain's name.
    func observe(_ event: ProviderEvent, kind: String) {
        guard event.fellBack, let code = event.code else { return }
        providerFailed(ProviderError(code, provider: event.provider, message: ""), kind: kind)
        providerFallbacks.add(1, event.provider)
    }
}

extension CircuitBreaker.Status {
    /// As the gauge shows it: 0 closed, 1 half open, 2 open.
    var level: Double {
        switch self {
        case .closed: 0
        case .halfOpen: 1
        case .open: 2
        }
    }
}
