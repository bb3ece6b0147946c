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
        metrics.registerJournal { (0, 0) }
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

    @Test func `the handbook tells of every metric what it means and what to do, and of none that is not there`() throws
    {
        let page = try String(contentsOfFile: "\(Tools.root)/docs/operations.md", encoding: .utf8)
        // The first cell of each row of a table.
        let cells = page.split(separator: "\n").filter { $0.hasPrefix("|") }
            .compactMap { $0.split(separator: "|", omittingEmptySubsequences: false).dropFirst().first }
        let told = cells.flatMap { cell in cell.matches(of: /`(yuyan_[a-z_]+)[`{]/).map { String($0.output.1) } }
        #expect(Set(told).count == told.count)
        let names = Self.known.filter { !$0.hasSuffix("_bucket") }
        #expect(names.subtracting(told) == [], "not in docs/operations.md")
        #expect(Set(told).subtracting(names) == [], "in docs/operations.md only")
    }

    @Test func `the dashboard shows every metric, in panels with an id of their own`() throws {
        let dashboard = try text("grafana-dashboard.json")
        let panels = try #require(try JSON(parsing: dashboard)["panels"]?.array)
        let identifiers = panels.compactMap { $0["id"]?.integer }
        #expect(Set(identifiers).count == panels.count)
        let targets = panels.flatMap { $0["targets"]?.array ?? [] }.compactMap { $0["expr"]?.string }
        for name in Self.known where !name.hasSuffix("_bucket") {
            #expect(targets.contains { $0.contains(name) }, "\(name)")
        }
    }
}
