package import JSON
package import VoiceAPI

/// The plugins that a configuration turns on.
package struct PluginSelection: Sendable {
    package private(set) var tools: [any Tool] = []
    /// Names of the plugins that are on.
    package private(set) var names: [String] = []
    /// Why others that were asked for are off.
    package private(set) var problems: [String] = []

    /// - Parameters:
    ///   - settings: the `plugins` section.
    ///   - functions: names of plugins or of single tools to turn on; nil: all that are configured.
    package init(settings: JSON, functions: [String]?, services: PluginServices) {
        for plugin in PluginCatalog.all {
            let given = ([plugin.name] + plugin.otherNames).lazy.compactMap { settings[$0] }.first
            let own = given ?? [:]
            let made: [any Tool]
            do {
                made = try plugin.tools(own, services: services)
            } catch {
                if functions?.contains(plugin.name) ?? (given != nil) {
                    problems.append("\(plugin.name): \(error)")
                }
                continue
            }
            let isWhole = plugin.isAlwaysOn || functions?.contains(plugin.name) ?? true
            let chosen = isWhole ? made : made.filter { functions?.contains($0.description.name) ?? true }
            guard !chosen.isEmpty else { continue }
            names.append(plugin.name)
            // The owner's words are about the plugin's main tool.
            tools += chosen.map { tool in
                let isMain = chosen.count == 1 || tool.description.name == plugin.name
                return DescribedTool.renamed(tool, summary: isMain ? own["description"]?.string : nil)
            }
        }
    }
}

/// A plugin's tool with the owner's own description (`plugins.<name>.description`).
private struct DescribedTool: Tool {
    let tool: any Tool
    let summary: String

    static func renamed(_ tool: any Tool, summary: String?) -> any Tool {
        guard let summary, !summary.isEmpty else { return tool }
        return DescribedTool(tool: tool, summary: summary)
    }

    var description: ToolDescription {
        var description = tool.description
        description.summary = summary
        return description
    }
    var policy: ToolPolicy { tool.policy }
    func call(_ arguments: JSON, in context: ToolContext) async throws -> ToolResult {
        try await tool.call(arguments, in: context)
    }
}
