import Foundation
import JSON
import Testing

@testable import Yuyan

/// The measuring tool measures what it says.
@Suite(.serialized, .timeLimit(.minutes(2))) struct FleetTests {
    @Test(arguments: [1, 60, 437, 9000])
    func `the search ends near the largest fleet that is served well`(largest: Int) {
        var search = FleetSearch(first: 100)
        var tries = 0
        while let count = search.next, tries < 40 {
            tries += 1
            search.note(count, isGood: count <= largest)
        }
        #expect(search.good <= largest && largest - search.good <= max(10, search.good / 10 + 1))
        #expect(tries < 40)
    }

    @Test func `a search that is always well ends at what can be asked for`() {
        var search = FleetSearch(first: 100, most: 1000)
        while let count = search.next { search.note(count, isGood: true) }
        #expect(search.good == 1000)
    }

    /// Runs `yuyan fleet` against a server of its own.
    private func fleet(_ arguments: [String], in folder: String) async throws -> (status: Int32?, output: String) {
        let program = try RunningProgram(
            "\(RunningProgram.products)/yuyan", ["fleet"] + arguments, directory: folder,
            environment: ["YUYAN_MODELS": "\(RunningProgram.root)/.deps/models"])
        let status = await program.finish(within: .seconds(60))
        return (status, program.output)
    }

    private func withFolder(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("yuyan-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try await body(folder)
    }

    @Test func `an answer is interrupted in time, and a run is kept, drawn and compared`()
        async throws
    {
        try await withFolder { folder in
            let arguments = ["--mode", "barge-in", "--devices", "2", "--seconds", "10", "--save", "run.json"]
            let (status, output) = try await fleet(arguments + ["--svg", "run.svg"], in: folder)
            #expect(status == 0, "\(output)")
            let data = try Data(contentsOf: URL(filePath: "\(folder)/run.json"))
            let figures = try JSON(parsing: Array(data))
            #expect((figures["barge-in_2.interruptions"]?.double ?? 0) >= 2, "\(output)")
            #expect((figures["barge-in_2.interruption_p95_ms"]?.double ?? 9999) < 1000)
            #expect(figures["barge-in_2.unanswered"]?.double == 0)
            let svg = try String(contentsOfFile: "\(folder)/run.svg", encoding: .utf8)
            #expect(svg.hasPrefix("<svg") && svg.contains("polyline"))
            let again = try await fleet(
                ["--mode", "idle", "--devices", "5", "--seconds", "1", "--compare", "run.json"], in: folder)
            #expect(again.output.contains("no figure in common"))
        }
    }

    @Test func `devices that never read do not keep others from their answers`() async throws {
        try await withFolder { folder in
            let (status, output) = try await fleet(
                ["--mode", "slow-reader", "--devices", "11", "--seconds", "8", "--json"], in: folder)
            let report = try JSON(parsing: Array(output.utf8))
            #expect(status == 0 && report["greeted"] == 11 && report["unanswered"] == 0, "\(output)")
            #expect((report["turns"]?.integer ?? 0) >= 9, "\(output)")
        }
    }

    @Test func `wrong wishes are refused in words`() async throws {
        try await withFolder { folder in
            let find = try await fleet(["--mode", "idle", "--find"], in: folder)
            #expect(find.status == 64 && find.output.contains("somebody talks"))
            let compare = try await fleet(["--compare", "nothing.json"], in: folder)
            #expect(compare.status != 0 && compare.output.contains("nothing.json is no file that --save wrote"))
        }
    }
}
