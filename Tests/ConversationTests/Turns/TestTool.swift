import JSON
import VoiceAPI

/// A tool that does what a test says.
struct TestTool: Tool {
    var name: String
    var policy = ToolPolicy()
    var schema: JSON = ["type": "object"]
    var work: @Sendable (JSON) async throws -> ToolResult
    var description: ToolDescription { ToolDescription(name: name, summary: name, parameters: schema) }
    func call(_ arguments: JSON, in context: ToolContext) async throws -> ToolResult { try await work(arguments) }
}
