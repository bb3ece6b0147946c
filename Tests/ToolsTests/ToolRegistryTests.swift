import JSON
import Testing
import VoiceAPI

@testable import Tools

@Suite struct ToolRegistryTests {
    private struct NamedTool: Tool {
        var name: String
        var summary = "Does it."
        var policy = ToolPolicy()
        var description: ToolDescription { ToolDescription(name: name, summary: summary, parameters: [:]) }
        func call(_ arguments: JSON, in context: ToolContext) async throws -> ToolResult { .inform(name) }
    }

    @Test(arguments: [
        ("set_volume-2", "set_volume-2"), ("self.lamp.on", "self_lamp_on"), ("播放音乐", "播放音乐"), ("é", "_"), ("", "_"),
        (String(repeating: "a", count: 64), String(repeating: "a", count: 64)),
        (String(repeating: "a", count: 65), String(repeating: "a", count: 64)),
    ])
    func `a name becomes one that every service takes`(name: String, taken: String) {
        #expect(ToolName.sanitized(name) == taken)
    }

    @Test(arguments: [
        ("Turns\tit on.\nAlways.", "Turns\tit on.\nAlways."),
        ("bell\u{7}, delete\u{7F}, null\0.", "bell , delete , null ."),
        ("开灯。", "开灯。"), (String(repeating: "灯", count: 2001), String(repeating: "灯", count: 2000)),
        (String(repeating: "x", count: 2001), String(repeating: "x", count: 2000)),
    ])
    func `a description is bounded and without control characters`(summary: String, cleaned: String) {
        let registry = ToolRegistry([NamedTool(name: "a", summary: summary)])
        #expect(registry.descriptions.map(\.summary) == [cleaned])
    }

    @Test(.timeLimit(.minutes(1)))
    func `a description speaks of other tools by the names the model knows, be it one of few or a book of them`() {
        let few = ToolRegistry([
            NamedTool(name: "lamp.on", summary: "Not lamp.off."), NamedTool(name: "lamp.off", summary: "Not lamp.on."),
        ])
        #expect(Set(few.descriptions.map(\.summary)) == ["Not lamp_off.", "Not lamp_on."])
        let many = (0..<256).map {
            NamedTool(name: "self.tool.number\($0)", summary: String(repeating: "self.tool.number7 ", count: 110))
        }
        let book = String(repeating: "self_tool_number7 ", count: 110)
        #expect(ToolRegistry(many).descriptions.allSatisfy { $0.summary == book })
    }

    @Test func `on a clash the later source gets the plain name, and both are mapped back`() async throws {
        let registry = ToolRegistry([
            NamedTool(name: "lamp.on", policy: ToolPolicy(source: .plugin)),
            NamedTool(name: "lamp_on", policy: ToolPolicy(source: .deviceMCP)),
        ])
        #expect(Set(registry.descriptions.map(\.name)) == ["lamp_on", "lamp_on_2"])
        #expect(registry["lamp_on"]?.description.name == "lamp_on")
        #expect(registry["lamp_on_2"]?.description.name == "lamp.on")
    }

    @Test func `a tool for the owner is in no conversation`() {
        let tools: [any Tool] = [
            NamedTool(name: "reboot", policy: ToolPolicy(permission: .owner)), NamedTool(name: "a"),
        ]
        #expect(ToolRegistry(tools).descriptions.map(\.name) == ["a"])
        #expect(ToolRegistry(tools)["reboot"] == nil)
        #expect(ToolRegistry(tools, for: .owner)["reboot"] != nil)
    }
}
