import JSON
import Tools
import VoiceAPI

/// A tool that does what a test says.
struct ListedTool: Tool {
    var name: String
    var summary = "A test."
    var parameters: JSON = ["type": "object"]
    var policy = ToolPolicy()
    var work: @Sendable (JSON) async throws -> ToolResult = { _ in .silent }

    var description: ToolDescription { ToolDescription(name: name, summary: summary, parameters: parameters) }
    func call(_ arguments: JSON, in context: ToolContext) async throws -> ToolResult { try await work(arguments) }
}

extension ToolContext {
    static let test = ToolContext(deviceID: "a", sessionID: "s", language: "en")
}
