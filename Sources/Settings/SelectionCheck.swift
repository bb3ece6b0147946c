/// Whether the selected providers are there and can be used. Only warnings: the server starts and takes the best that is
/// there, so that an existing configuration of the reference server works from the first day.
enum SelectionCheck {
    static func check(_ root: ConfigurationNode) -> [ConfigurationProblem] {
        ProviderCatalog.types.keys.sorted().flatMap { section in
            selected(root["selected_module.\(section)"]).flatMap { check($0.name, at: $0.node, section, root) }
        }
    }

    private static func selected(_ node: ConfigurationNode?) -> [(name: String, node: ConfigurationNode)] {
        switch node?.content {
        case .string(let name)?: node.map { name.isEmpty || name == "auto" ? [] : [(name, $0)] } ?? []
        case .list(let list)?: list.flatMap { selected($0) }
        default: []
        }
    }

    private static func check(
        _ name: String, at node: ConfigurationNode, _ section: String, _ root: ConfigurationNode
    ) -> [ConfigurationProblem] {
        func warning(_ message: String, _ suggestion: String?) -> [ConfigurationProblem] {
            [
                ConfigurationProblem(
                    severity: .warning, keyPath: "selected_module.\(section)", file: node.origin.file,
                    line: node.origin.line, message: message, suggestion: suggestion)
            ]
        }
        let blocks = root[section]?.map ?? [:]
        guard let block = blocks[name] else {
            let near = ConfigurationSchema.nearest(to: name, among: Array(blocks.keys))
            return warning("there is no \(section).\(name)", near.map { "did you mean \($0)?" })
        }
        let settings = ProviderSettings(name: name, node: block)
        let types = ProviderCatalog.types[section] ?? []
        guard types.contains(settings.type) else {
            return warning(
                "\(name) is of type \(settings.type), which Yuyan has not built yet; it takes the best that is there",
                "types it has: \(types.sorted().joined(separator: ", "))")
        }
        if !settings.isEmbedded, settings.type != "ollama", !settings.hasKey, !settings.isInTheHouse {
            return warning(
                "\(name) has no key; the server takes the best that is there",
                "set \(section).\(name).api_key, for example to ${NAME} of the environment")
        }
        return []
    }
}
