import JSON
import Logging
import VoiceAPI
import WebClient

@testable import Plugins

/// A device that is never there.
struct NobodyAnnouncer: Announcer {
    func say(_ text: String, on deviceID: String, ended: @escaping @Sendable (Bool) -> Void) async -> Bool { false }
}

func withPluginServices<Result: Sendable>(_ body: (PluginServices) async throws -> Result) async throws -> Result {
    let client = WebClient()
    let services = PluginServices(
        web: client, now: { 1_785_481_445 }, timezoneOffset: 8 * 3600, directory: "/nonexistent",
        announcer: NobodyAnnouncer(), logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    do {
        let result = try await body(services)
        try await client.shutdown()
        return result
    } catch {
        try await client.shutdown()
        throw error
    }
}

extension [any Tool] {
    func call(_ name: String, _ arguments: JSON, language: String = "en") async throws -> String {
        guard let tool = first(where: { $0.description.name == name }) else { return "no tool named \(name)" }
        let context = ToolContext(deviceID: "aa", sessionID: "s", language: language)
        return "\(try await tool.call(arguments, in: context))"
    }
}
