import ArgumentParser
import FoundationEssentials
import Settings

/// `yuyan config`: what the configuration says and what is wrong with it.
struct ConfigCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "config", abstract: "Look at the configuration.", subcommands: [Check.self],
        defaultSubcommand: Check.self)

    /// `yuyan config check`: every problem with its place; the exit status says whether the server would start.
    struct Check: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "check", abstract: "Report every problem of the configuration.")

        @Option(name: .long, help: "The working directory with config.yaml and data/.config.yaml.")
        var directory = "."

        func run() async throws {
            let result = ConfigurationLoader.load(
                directory: directory, environment: ProcessInfo.processInfo.environment)
            for problem in result.problems { print(problem) }
            let errors = result.problems.count { $0.severity == .error }
            print(
                "\(result.sources.joined(separator: ", ")): \(errors) errors, \(result.problems.count - errors) warnings"
            )
            if result.isInvalid { throw ExitCode.failure }
        }
    }
}
