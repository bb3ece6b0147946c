import ArgumentParser
import FoundationEssentials
import JSON
import Subprocess

/// `yuyan fleet`: thousands of virtual devices from one light process.
struct FleetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fleet", abstract: "Let many virtual devices connect, listen or talk, and measure the server.",
        discussion:
            "Without --port it starts a server of its own with stub providers (recognizer 50 ms, model 50 ms and 5 ms a token, voice 30 ms) in a second process and measures that. With --find it doubles the devices until the 95th percentile of the first audio is more than 1.5 times that of one device, then narrows down."
    )

    @Option(name: .long, help: "idle, silence, noise, talk or storm.")
    var mode = FleetMode.talk
    @Option(name: .long, help: "How many devices.")
    var devices = 100
    @Option(name: .long, help: "Seconds that are measured.")
    var seconds = 20
    @Option(name: .long, help: "New connections per second.")
    var rate = 500
    @Option(name: .long, help: "The port of a server that already runs on this machine without tokens.")
    var port: Int?
    @Option(name: .long, help: "Threads that run the voice detector of the server of its own.")
    var detectorThreads = 1
    @Flag(name: .long, help: "Find the largest number of devices that talk well.")
    var find = false
    @Flag(name: .long, help: "Print JSON, one line for each run.")
    var json = false

    func run() async throws {
        let sound = try await FleetSound.make()
        guard let port else {
            try await withServer { port, server in try await measure(port, server, sound) }
            return
        }
        try await measure(port, nil, sound)
    }

    private func measure(_ port: Int, _ server: Int32?, _ sound: FleetSound) async throws {
        func measure(_ count: Int) async throws -> FleetReport {
            let report = try await FleetRun(
                port: port, server: server, mode: mode, devices: count, seconds: seconds, rate: rate, sound: sound
            ).run()
            Terminal.say(json ? report.json.description : report.text)
            return report
        }
        guard find, mode == .talk else {
            _ = try await measure(devices)
            return
        }
        let alone = try await measure(1)
        guard let limit = alone.firstAudio(0.95).map({ $0 * 1.5 }) else {
            Terminal.error("one device got no answer")
            throw ExitCode.failure
        }
        var (good, bad) = (1, devices)
        while true {
            let report = try await measure(bad)
            guard isGood(report, limit) else { break }
            good = bad
            bad *= 2
        }
        while bad - good > max(10, good / 10) {
            let middle = (good + bad) / 2
            if isGood(try await measure(middle), limit) { good = middle } else { bad = middle }
        }
        Terminal.say("devices in conversation with p95 within 1.5 of one device (\(Int(limit)) ms): \(good)")
    }

    private func isGood(_ report: FleetReport, _ limit: Double) -> Bool {
        report.seen.unanswered == 0 && report.seen.lost == 0 && (report.firstAudio(0.95) ?? .infinity) <= limit
    }

    /// A server of its own, ended with the closure.
    private func withServer(_ body: @escaping @Sendable (Int, Int32) async throws -> Void) async throws {
        var options = PlatformOptions()
        options.teardownSequence = [.gracefulShutDown(allowedDurationToNextStep: .seconds(2))]
        let binary = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? "yuyan"
        let result = try await Subprocess.run(
            .name("env"), arguments: [binary, "fleet-server", "--detector-threads", String(detectorThreads)],
            platformOptions: options, input: .none, output: .sequence, error: .string(limit: 65_536)
        ) { execution in
            let pid = execution.processIdentifier.value
            var text = ""
            for try await chunk in execution.standardOutput {
                text += chunk.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
                guard let line = text.split(separator: "\n").first, text.contains("\n"),
                    let port = Int(line.split(separator: " ").last ?? "")
                else { continue }
                try await body(port, pid)
                break
            }
            try? execution.send(signal: .terminate)
        }
        if !result.standardError.isEmpty { Terminal.error("the server said:\n\(result.standardError)") }
    }
}
