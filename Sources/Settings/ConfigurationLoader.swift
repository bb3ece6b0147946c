import FoundationEssentials

/// Reads the configuration of a working directory.
public enum ConfigurationLoader {
    /// What came of it.
    public struct Result: Sendable {
        public var settings: ServerSettings
        public var problems: [ConfigurationProblem]
        /// The files that were read, for the start banner.
        public var sources: [String]
        /// The server must not start.
        public var isInvalid: Bool { problems.contains { $0.severity == .error } }
    }

    /// - Parameters:
    ///   - directory: holds `config.yaml` and `data/.config.yaml`; both may be missing.
    ///   - environment: of the process.
    public static func load(directory: String, environment: [String: String]) -> Result {
        var problems: [ConfigurationProblem] = []
        var sources: [String] = []
        var root = ConfigurationNode(content: .map([:]), origin: .init(file: "config.yaml", line: 0))
        if !FileManager.default.fileExists(atPath: directory) {
            problems.append(
                ConfigurationProblem(
                    severity: .error, keyPath: "", file: directory, line: 0, message: "there is no such directory"))
        }
        for (path, shipped) in [("config.yaml", ShippedConfiguration.yaml), ("data/.config.yaml", nil)]
            as [(String, String?)]
        {
            let file = "\(directory)/\(path)"
            let text: String
            if FileManager.default.fileExists(atPath: file) {
                guard let data = FileManager.default.contents(atPath: file),
                    let content = String(data: data, encoding: .utf8)
                else {
                    problems.append(
                        ConfigurationProblem(
                            severity: .error, keyPath: "", file: path, line: 0,
                            message: "the file cannot be read as UTF-8"))
                    continue
                }
                text = content
                sources.append(path)
            } else if let shipped {
                text = shipped
                sources.append("built-in defaults")
            } else {
                continue
            }
            do {
                guard let node = try YAMLReader.read(text, file: path), node.content != .null else { continue }
                guard node.map != nil else {
                    problems.append(
                        ConfigurationProblem(
                            severity: .error, keyPath: "", file: path, line: 1,
                            message: "expected a map, found \(node.typeName)"))
                    continue
                }
                root = ProviderAddress.making(way: node, in: root).merged(with: node)
            } catch {
                problems.append(error)
            }
        }
        root = Substitution.overrides(in: environment, onto: root)
        root = Substitution.apply(environment, to: root, problems: &problems)
        root = ConfigurationSchema.unquoted(root)
        problems +=
            ConfigurationSchema.check(root) + ProviderBlockCheck.check(root) + SelectionCheck.check(root)
            + ConsoleCheck.check(root)
        return Result(settings: ServerSettings(root), problems: problems, sources: sources)
    }
}
