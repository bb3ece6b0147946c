import Synchronization

/// The metrics of one server: made once at the start, written from everywhere, read by `/metrics`.
///
/// Own and small, because a turn is on the way (docs/decisions): a count is an atomic addition, an observation a short
/// lock on its own histogram, and reading takes no lock that a writer waits for longer than a copy of some counts.
package final class MetricsRegistry: Sendable {
    /// A value or several, asked for when somebody reads: depths and states that a part knows anyway.
    package typealias Reading = @Sendable () -> [(labels: [String], value: Double)]

    private enum Source: Sendable {
        case counter(Counter)
        case gauge(Gauge)
        case histogram(Histogram)
        case reading(Reading)
    }
    private struct Entry: Sendable {
        let description: MetricDescription
        let source: Source
    }

    /// How many sets of label values one metric tells apart; what comes later is called `other`.
    package let labelSetLimit: Int
    private let entries = Mutex<[Entry]>([])

    package init(labelSetLimit: Int = 64) {
        self.labelSetLimit = max(2, labelSetLimit)
    }

    /// - Precondition: the name is new and made of `[a-z0-9_]`, as everything registered here is written in our source.
    package func counter(_ name: String, _ help: String, labels: [String] = []) -> Counter {
        let counter = Counter(labels: labels.count, limit: labelSetLimit)
        add(name, help, .counter, labels, .counter(counter))
        return counter
    }

    /// - Precondition: as for `counter`.
    package func gauge(_ name: String, _ help: String, labels: [String] = []) -> Gauge {
        let gauge = Gauge(labels: labels.count, limit: labelSetLimit)
        add(name, help, .gauge, labels, .gauge(gauge))
        return gauge
    }

    /// - Parameter bounds: the upper bounds of its ranges, in the unit of its name.
    /// - Precondition: as for `counter`.
    package func histogram(
        _ name: String, _ help: String, labels: [String] = [], bounds: [Double] = Histogram.latencyBounds
    ) -> Histogram {
        let histogram = Histogram(bounds: bounds, labels: labels.count, limit: labelSetLimit)
        add(name, help, .histogram, labels, .histogram(histogram))
        return histogram
    }

    /// A gauge that is asked when somebody reads.
    ///
    /// - Parameter read: called on the reader's task; must not block, and may give at most `labelSetLimit` values (later
    ///   ones are left out).
    package func gauge(_ name: String, _ help: String, labels: [String] = [], read: @escaping Reading) {
        add(name, help, .gauge, labels, .reading(read))
    }

    /// A counter that is kept elsewhere (by the kernel, by a queue) and asked when somebody reads.
    package func counter(_ name: String, _ help: String, labels: [String] = [], read: @escaping Reading) {
        add(name, help, .counter, labels, .reading(read))
    }

    /// What is registered, in order.
    package var descriptions: [MetricDescription] { entries.withLock { $0.map(\.description) } }

    /// Everything in Prometheus' text format 0.0.4, whose media type is `contentType`.
    package func render() -> [UInt8] {
        var text = PrometheusText()
        for entry in entries.withLock({ $0 }) {
            switch entry.source {
            case .counter(let counter): text.write(entry.description, counter.samples)
            case .gauge(let gauge): text.write(entry.description, gauge.samples)
            case .reading(let read):
                text.write(entry.description, read().prefix(labelSetLimit).map { (values: $0.labels, value: $0.value) })
            case .histogram(let histogram): text.write(entry.description, histogram.samples)
            }
        }
        return text.bytes
    }

    private func add(
        _ name: String, _ help: String, _ kind: MetricDescription.Kind, _ labels: [String], _ source: Source
    ) {
        let description = MetricDescription(name: name, help: help, kind: kind, labels: labels)
        entries.withLock { entries in
            precondition(!entries.contains { $0.description.name == name }, "the metric \(name) exists twice")
            entries.append(Entry(description: description, source: source))
        }
    }
}
