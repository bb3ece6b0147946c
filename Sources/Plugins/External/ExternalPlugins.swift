import FoundationEssentials
package import VoiceAPI

/// The plugins of a folder, one YAML file each. A wrong file is named; the others work.
package enum ExternalPlugins {
    /// - Parameter folder: may be missing.
    package static func load(
        folder: String, environment: [String: String], services: PluginServices
    ) -> (tools: [any Tool], problems: [String]) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        var tools: [any Tool] = []
        var problems: [String] = []
        for name in names.sorted() where name.hasSuffix(".yaml") || name.hasSuffix(".yml") {
            guard let data = FileManager.default.contents(atPath: "\(folder)/\(name)"),
                let text = String(data: data, encoding: .utf8)
            else {
                problems.append("plugins/\(name): the file cannot be read as UTF-8")
                continue
            }
            do {
                tools.append(
                    ExternalTool(plugin: try ExternalPlugin(yaml: text, environment: environment), services: services))
            } catch {
                problems.append("plugins/\(name): \(error)")
            }
        }
        return (tools, problems)
    }
}
