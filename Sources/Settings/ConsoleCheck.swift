/// Whether the configuration is kept elsewhere: a server of the reference with a console has little in its file and gets
/// the rest from the console's API, which Yuyan does not read. Whoever brings such a file must hear of it.
enum ConsoleCheck {
    static func check(_ root: ConfigurationNode) -> [ConfigurationProblem] {
        guard let node = root["manager-api.url"], case .string(let url) = node.content, !url.isEmpty,
            !url.isSampleValue
        else { return [] }
        return [
            ConfigurationProblem(
                severity: .warning, keyPath: "manager-api.url", file: node.origin.file, line: node.origin.line,
                message: "the console's settings are not read; what is not in this file is the default",
                suggestion: "copy keys, prompt and selected_module from the console into data/.config.yaml")
        ]
    }
}
