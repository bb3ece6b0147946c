/// The last calls of a provider and how many of them were bad.
struct SlidingWindow: Sendable {
    private struct Call {
        var failed: Bool
        var slow: Bool
    }
    private let size: Int
    private var calls: [Call] = []
    /// Where the next call goes once the window is full: over the oldest.
    private var next = 0
    private var failures = 0
    private var slowCalls = 0

    init(size: Int) {
        self.size = max(1, size)
    }

    var count: Int { calls.count }
    /// 0…1; 0 for no calls.
    var failureRate: Double { calls.isEmpty ? 0 : Double(failures) / Double(calls.count) }
    /// 0…1; 0 for no calls.
    var slowRate: Double { calls.isEmpty ? 0 : Double(slowCalls) / Double(calls.count) }

    mutating func append(failed: Bool, slow: Bool) {
        let call = Call(failed: failed, slow: slow)
        if calls.count < size {
            calls.append(call)
        } else {
            failures -= calls[next].failed ? 1 : 0
            slowCalls -= calls[next].slow ? 1 : 0
            calls[next] = call
            next = (next + 1) % size
        }
        failures += failed ? 1 : 0
        slowCalls += slow ? 1 : 0
    }
}
