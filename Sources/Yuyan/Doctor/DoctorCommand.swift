import ArgumentParser
import FoundationEssentials
import Settings
import WebClient

/// `yuyan doctor`: whether this machine and this configuration will serve, and what to do where they will not.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Check the machine, the configuration and the providers.",
        discussion: "The exit status is 1 when something will not work.")

    @Option(name: .long, help: "The working directory with config.yaml and data/.config.yaml.")
    var directory = "."

    @Flag(name: .long, help: "Ask no provider.")
    var offline = false

    func run() async throws {
        let loaded = ConfigurationLoader.load(directory: directory, environment: ProcessInfo.processInfo.environment)
        var findings = loaded.problems.map { problem in
            Finding(problem.severity == .error ? .bad : .warning, "configuration", "\(problem)")
        }
        if loaded.problems.isEmpty {
            findings.append(Finding(.good, "configuration", loaded.sources.joined(separator: ", ")))
        }
        findings += await MachineCheck(settings: loaded.settings, directory: directory).findings()
        for finding in findings { Terminal.say(finding.line) }
        if !offline {
            let client = WebClient()
            let answers = await ProviderCheck(settings: loaded.settings, client: client).findings()
            try? await client.shutdown()
            for finding in answers { Terminal.say(finding.line) }
            if answers.isEmpty { Terminal.say("ok       providers: all parts run on this machine") }
            findings += answers
        }
        if findings.contains(where: { $0.verdict == .bad }) { throw ExitCode.failure }
    }
}
