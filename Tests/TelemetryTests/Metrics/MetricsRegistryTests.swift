import Telemetry
import Testing

@Suite("Metrics")
struct MetricsRegistryTests {
    private func text(_ registry: MetricsRegistry) -> String { String(decoding: registry.render(), as: UTF8.self) }

    @Test func `counters, gauges and histograms are written in the text format`() {
        let registry = MetricsRegistry()
        let counter = registry.counter("yuyan_things_total", "Things.", labels: ["kind"])
        let gauge = registry.gauge("yuyan_level", "Level.")
        let histogram = registry.histogram("yuyan_wait_seconds", "Waits.", bounds: [0.1, 1])
        counter.add(2, "big")
        counter.add(1, "small")
        counter.add(-5, "small")
        gauge.set(2.5)
        gauge.add(-1)
        for value in [0.05, 0.1, 0.5, 7] { histogram.with().observe(value) }
        #expect(
            text(registry) == """
                # HELP yuyan_things_total Things.
                # TYPE yuyan_things_total counter
                yuyan_things_total{kind="big"} 2
                yuyan_things_total{kind="small"} 1
                # HELP yuyan_level Level.
                # TYPE yuyan_level gauge
                yuyan_level 1.5
                # HELP yuyan_wait_seconds Waits.
                # TYPE yuyan_wait_seconds histogram
                yuyan_wait_seconds_bucket{le="0.1"} 2
                yuyan_wait_seconds_bucket{le="1"} 3
                yuyan_wait_seconds_bucket{le="+Inf"} 4
                yuyan_wait_seconds_sum 7.65
                yuyan_wait_seconds_count 4

                """)
    }

    @Test func `label values and help are escaped`() {
        let registry = MetricsRegistry()
        registry.counter("yuyan_odd_total", "A \\ and\na line.", labels: ["name"]).add(1, "a\"b\\c\nd")
        #expect(text(registry).contains(#"# HELP yuyan_odd_total A \\ and\na line."#))
        #expect(text(registry).contains(#"yuyan_odd_total{name="a\"b\\c\nd"} 1"#))
    }

    @Test func `label sets beyond the limit are counted under other`() {
        let registry = MetricsRegistry(labelSetLimit: 4)
        let counter = registry.counter("yuyan_many_total", "Many.", labels: ["who"])
        for index in 0..<100 { counter.add(1, "device-\(index)") }
        counter.add(1, "device-0")
        let lines = text(registry).split(separator: "\n").filter { !$0.hasPrefix("#") }
        #expect(lines.count == 4)
        #expect(lines.contains(#"yuyan_many_total{who="device-0"} 2"#))
        #expect(lines.contains(#"yuyan_many_total{who="other"} 97"#))
    }

    @Test func `a long label value is cut and a missing one is empty`() {
        let registry = MetricsRegistry()
        let counter = registry.counter("yuyan_cut_total", "Cut.", labels: ["a", "b"])
        counter.add(1, String(repeating: "x", count: 5000))
        #expect(text(registry).utf8.count < 300)
        #expect(text(registry).contains(#",b=""} 1"#))
    }

    @Test func `readings are asked when somebody reads`() {
        let registry = MetricsRegistry(labelSetLimit: 2)
        registry.gauge("yuyan_depth", "Depth.", labels: ["queue"]) {
            [(labels: ["a"], value: 3), (labels: ["b"], value: .infinity), (labels: ["c"], value: 1)]
        }
        #expect(text(registry).hasSuffix("yuyan_depth{queue=\"a\"} 3\nyuyan_depth{queue=\"b\"} +Inf\n"))
    }

    @Test(arguments: [(0.5, 0.15), (0.95, 0.195), (1.0, 0.2)])
    func `quantiles are interpolated in their range`(share: Double, expected: Double) throws {
        let histogram = MetricsRegistry().histogram("yuyan_q_seconds", "Q.", bounds: [0.1, 0.2, 0.4])
        for _ in 0..<100 { histogram.with().observe(0.16) }
        let value = try #require(histogram.total.quantile(share))
        #expect(abs(value - expected) < 1e-9)
    }

    @Test func `a quantile of what happened since an earlier moment`() throws {
        let histogram = MetricsRegistry().histogram("yuyan_q_seconds", "Q.", labels: ["p"], bounds: [0.1, 1, 10])
        for _ in 0..<1000 { histogram.observe(.milliseconds(50), "a") }
        let earlier = histogram.total
        #expect(histogram.total.since(earlier).quantile(0.95) == nil)
        for _ in 0..<10 { histogram.observe(.seconds(5), "b") }
        let recent = histogram.total.since(earlier)
        #expect(recent.count == 10)
        #expect(try #require(recent.quantile(0.5)) > 1)
        #expect(try #require(histogram.total.quantile(0.5)) < 0.1)
    }

    @Test func `many writers lose nothing`() async {
        let registry = MetricsRegistry()
        let counter = registry.counter("yuyan_c_total", "C.", labels: ["k"])
        let gauge = registry.gauge("yuyan_g", "G.")
        let histogram = registry.histogram("yuyan_h_seconds", "H.")
        await withDiscardingTaskGroup { group in
            for task in 0..<8 {
                group.addTask {
                    for _ in 0..<1000 {
                        counter.add(1, "\(task % 2)")
                        gauge.add()
                        histogram.observe(.milliseconds(3))
                    }
                }
            }
        }
        #expect(counter.with("0").value + counter.with("1").value == 8000)
        #expect(gauge.with().value == 8000)
        #expect(histogram.total.count == 8000)
    }
}
