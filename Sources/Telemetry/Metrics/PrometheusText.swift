/// Writes Prometheus' text exposition format 0.0.4
/// (https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format).
struct PrometheusText {
    private(set) var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(64 << 10) }

    mutating func write(_ description: MetricDescription, _ samples: [(values: [String], value: Double)]) {
        writeHead(description)
        for sample in samples {
            write(description.name)
            writeLabels(description.labels, sample.values)
            writeValue(sample.value)
        }
    }

    mutating func write(_ description: MetricDescription, _ samples: [(values: [String], snapshot: HistogramSnapshot)])
    {
        writeHead(description)
        for (values, snapshot) in samples {
            var reached: UInt64 = 0
            for (index, count) in snapshot.counts.enumerated() {
                reached &+= count
                let bound = index < snapshot.bounds.count ? Self.text(snapshot.bounds[index]) : "+Inf"
                write(description.name)
                write("_bucket")
                writeLabels(description.labels + ["le"], values + [bound])
                writeValue(Double(reached))
            }
            write(description.name)
            write("_sum")
            writeLabels(description.labels, values)
            writeValue(snapshot.sum)
            write(description.name)
            write("_count")
            writeLabels(description.labels, values)
            writeValue(Double(reached))
        }
    }

    private mutating func writeHead(_ description: MetricDescription) {
        write("# HELP \(description.name) ")
        writeEscaped(description.help, quotes: false)
        write("\n# TYPE \(description.name) \(description.kind.rawValue)\n")
    }

    private mutating func writeLabels(_ names: [String], _ values: [String]) {
        guard !names.isEmpty else { return }
        write("{")
        for (index, name) in names.enumerated() {
            if index > 0 { write(",") }
            write(name)
            write("=\"")
            writeEscaped(index < values.count ? values[index] : "", quotes: true)
            write("\"")
        }
        write("}")
    }

    private mutating func writeValue(_ value: Double) {
        write(" ")
        write(Self.text(value))
        write("\n")
    }

    private mutating func writeEscaped(_ text: String, quotes: Bool) {
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\\"): write("\\\\")
            case UInt8(ascii: "\n"): write("\\n")
            case UInt8(ascii: "\"") where quotes: write("\\\"")
            default: bytes.append(byte)
            }
        }
    }

    private mutating func write(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// As Go's ParseFloat reads it; whole numbers without a fraction.
    private static func text(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        if let whole = Int64(exactly: value) { return String(whole) }
        return value.description
    }
}

extension MetricsRegistry {
    /// The media type of what `render` gives.
    package static var contentType: String { "text/plain; version=0.0.4; charset=utf-8" }
}
