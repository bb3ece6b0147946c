import ArgumentParser

/// The command line. `serve` is what a household runs; the rest looks at it from outside.
@main
struct Yuyan: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "yuyan",
        abstract: "A voice-assistant server for xiaozhi ESP32 devices.",
        discussion: "Start with `yuyan serve`, then speak to it with `yuyan talk --say \"what time is it\"`.",
        version: ProductVersion.current,
        subcommands: [
            ServeCommand.self, TalkCommand.self, ConfigCommand.self, DoctorCommand.self, BenchCommand.self,
            FleetCommand.self, FleetServerCommand.self,
        ],
        defaultSubcommand: ServeCommand.self)
}

/// The version this binary says it is.
enum ProductVersion {
    static let current = "0.1.0"
}
