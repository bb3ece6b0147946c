/// Makes the alerts' values out of the counters: what is now, and what happened in the last while. Pure; its caller
/// takes the samples at a fixed pace.
package struct AlertMeter: Sendable {
    /// The server's figures at one moment.
    package struct Sample: Sendable {
        package var connections: Double
        package var backlog: Double
        /// Since the start.
        package var providerCalls: UInt64
        package var providerErrors: UInt64
        package var firstAudio: HistogramSnapshot

        package init(
            connections: Double, backlog: Double, providerCalls: UInt64, providerErrors: UInt64,
            firstAudio: HistogramSnapshot
        ) {
            self.connections = connections
            self.backlog = backlog
            self.providerCalls = providerCalls
            self.providerErrors = providerErrors
            self.firstAudio = firstAudio
        }
    }

    /// Fewer calls or turns in the window say nothing about a rate or a percentile.
    package static let leastEvents: UInt64 = 3

    private let window: Int
    private var samples: [Sample] = []

    /// - Parameter window: how many samples back "the last while" reaches.
    package init(window: Int) { self.window = max(1, window) }

    /// - Returns: a value for every kind that has one now.
    package mutating func add(_ sample: Sample) -> [AlertKind: Double] {
        let earlier = samples.first
        samples.append(sample)
        if samples.count > window { samples.removeFirst(samples.count - window) }
        var values: [AlertKind: Double] = [.connections: sample.connections, .backlog: sample.backlog]
        let calls = sample.providerCalls &- (earlier?.providerCalls ?? 0)
        let errors = sample.providerErrors &- (earlier?.providerErrors ?? 0)
        if calls >= Self.leastEvents { values[.errorRate] = Double(errors) / Double(calls) }
        let turns = earlier.map { sample.firstAudio.since($0.firstAudio) } ?? sample.firstAudio
        if turns.count >= Self.leastEvents { values[.firstAudio] = turns.quantile(0.95).map { $0 * 1000 } }
        return values
    }
}
