import FoundationEssentials
import JSON
import Subprocess

/// `yuyan fleet-server` in a process of its own, for the length of a closure.
struct FleetServer: Sendable {
    var port: Int
    var pid: Int32

    /// What the server itself measured, said at its end.
    struct Word: Sendable {
        /// Milliseconds of each turn that no stub took.
        var serverAdded: Spread
    }

    /// How the server is set up.
    struct Options: Sendable {
        /// Threads that run the voice detector.
        var detectorThreads = 1
        /// With metrics, turn records, alerts and the log of `serve`.
        var isWatched = false
        /// One device in ten has a model that never answers.
        var isStalled = false

        var arguments: [String] {
            ["--detector-threads", String(detectorThreads)] + (isWatched ? ["--watched"] : [])
                + (isStalled ? ["--stalled"] : [])
        }
    }

    /// - Returns: what the closure made, and what the server measured.
    static func run<Result: Sendable>(
        _ options: Options = Options(), _ body: @escaping @Sendable (FleetServer) async throws -> Result
    ) async throws -> (result: Result, word: Word) {
        var platform = PlatformOptions()
        platform.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(2))]
        let binary = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "yuyan"
        let outcome = try await Subprocess.run(
            .name("env"), arguments: Arguments([binary, "fleet-server"] + options.arguments),
            platformOptions: platform, input: .none, output: .sequence, error: .string(limit: 65_536)
        ) { execution -> (Result?, [String]) in
            var result: Result?
            var text = ""
            for try await chunk in execution.standardOutput {
                text += chunk.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
                guard result == nil, text.contains("\n"),
                    let port = Int(text.split(separator: "\n").first?.split(separator: " ").last ?? "")
                else { continue }
                result = try await body(FleetServer(port: port, pid: execution.processIdentifier.value))
                try? execution.send(signal: .terminate)
            }
            return (result, text.split(separator: "\n").map(String.init))
        }
        if !outcome.standardError.isEmpty { Terminal.error("the server said:\n\(outcome.standardError)") }
        guard let result = outcome.closureResult.0 else { throw FleetServerFailed() }
        let last = outcome.closureResult.1.last.flatMap { try? JSON(parsing: Array($0.utf8)) }
        let added = last?["server_added_ms"]?.array?.compactMap { $0.double } ?? []
        return (result, Word(serverAdded: Spread(added)))
    }
}

/// The server of a fleet did not start; what it said was printed.
struct FleetServerFailed: Error, CustomStringConvertible {
    let description = "the fleet's own server did not start"
}
