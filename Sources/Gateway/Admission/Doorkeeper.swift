import Addresses
import Synchronization

/// How many devices are connected, from where, and whether one more may be.
final class Doorkeeper: Sendable {
    private struct State {
        var count = 0
        var addresses: [String: Int] = [:]
        var arrivals: TokenBucket
        var limits: AdmissionLimits
        var isDraining = false
    }

    private let state: Mutex<State>
    /// Behind these addresses are many devices.
    private let exempt: [AddressRange]
    private let overload: @Sendable () -> String?

    /// - Parameters:
    ///   - now: milliseconds.
    ///   - overload: says why the server has too much to do, nil when it has not.
    init(_ configuration: GatewayConfiguration, now: Int64, overload: @escaping @Sendable () -> String? = { nil }) {
        exempt = AddressRange.loopback + configuration.trustedProxies
        self.overload = overload
        let limits = configuration.limits
        state = Mutex(State(arrivals: TokenBucket(rate: limits.newPerSecond, now: now), limits: limits))
    }

    var current: Int { state.withLock { $0.count } }

    /// Sets other limits. Who is in stays.
    ///
    /// - Parameter now: milliseconds.
    func change(_ limits: AdmissionLimits, now: Int64) {
        state.withLock { state in
            if limits.newPerSecond != state.limits.newPerSecond {
                state.arrivals = TokenBucket(rate: limits.newPerSecond, now: now)
            }
            state.limits = limits
        }
    }

    /// From now on nobody is let in.
    func drain() { state.withLock { $0.isDraining = true } }

    /// Takes a place; whoever gets one calls `leave` once with the same address.
    ///
    /// - Throws: 503 with the seconds to wait.
    func enter(_ address: String, now: Int64) throws(Admission.Refusal) {
        let load = overload()
        let refusal = state.withLock { state -> Admission.Refusal? in
            if state.isDraining { return Self.busy(.stopping, "the server is stopping", after: 10) }
            if let load { return Self.busy(.overloaded, "the server has too much to do: \(load)", after: 15) }
            guard state.count < state.limits.connections else {
                return Self.busy(.busy, "too many devices are connected: try again later", after: 30)
            }
            guard state.addresses[address, default: 0] < state.limits.perAddress || exempt.contain(address) else {
                return Self.busy(.addressBusy, "too many connections from your address", after: 30)
            }
            guard state.arrivals.take(at: now) else {
                return Self.busy(.tooFast, "too many devices connect at once: try again", after: 2)
            }
            state.count += 1
            state.addresses[address, default: 0] += 1
            return nil
        }
        if let refusal { throw refusal }
    }

    func leave(_ address: String) {
        state.withLock { state in
            state.count -= 1
            let left = state.addresses[address, default: 1] - 1
            state.addresses[address] = left > 0 ? left : nil
        }
    }

    private static func busy(_ code: RefusalReason, _ message: String, after seconds: Int) -> Admission.Refusal {
        Admission.Refusal(status: 503, code: code, message: message, retryAfter: seconds)
    }
}
