import Foundation
import JSON
import Telemetry
import Testing

/// What lies in `deploy/` speaks of metrics that exist.
@Suite("Deploy files") struct DeployTests {
    private static let known: Set<String> = {
        let metrics = ServerMetrics()
        metrics.registerQueues { [] }
        metrics.registerBreakers { [] }
        metrics.registerBuild(version: "1")
        var names: Set<String> = []
        for description in metrics.registry.descriptions {
            names.insert(description.name)
            if description.kind == .histogram { names.insert("\(description.name)_bucket") }
        }
        return names
    }()

    private func text(_ file: String) throws -> String {
        try String(contentsOfFile: "\(Tools.root)/deploy/\(file)", encoding: .utf8)
    }

    @Test(arguments: ["grafana-dashboard.json", "alerts.yaml", "alerts-test.yaml"])
    func `only metrics that exist are asked for`(file: String) throws {
        let names = try text(file).matches(of: /yuyan_[a-z_]+/).map { String($0.output) }
        #expect(names.count > 5)
        #expect(Set(names).subtracting(Self.known.union(["yuyan_token"])) == [])
    }

    @Test func `the dashboard shows every metric that needs an eye, in panels with an id of their own`() throws {
        let dashboard = try text("grafana-dashboard.json")
        let panels = try #require(try JSON(parsing: dashboard)["panels"]?.array)
        let identifiers = panels.compactMap { $0["id"]?.integer }
        #expect(Set(identifiers).count == panels.count)
        let targets = panels.flatMap { $0["targets"]?.array ?? [] }.compactMap { $0["expr"]?.string }
        // Set by other rooms later or only of use beside another figure.
        let quiet: Set = [
            "yuyan_connection_memory_max_bytes", "yuyan_connection_cpu_max_ratio", "yuyan_turn_stages_cut_total",
            "yuyan_vad_run_seconds", "yuyan_event_loop_delay_seconds", "yuyan_process_start_time_seconds",
            "yuyan_build_info",
        ]
        for name in Self.known.subtracting(quiet) where !name.hasSuffix("_bucket") {
            #expect(targets.contains { $0.contains(name) }, "\(name)")
        }
    }
}
