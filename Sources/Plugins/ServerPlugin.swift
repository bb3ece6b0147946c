package import JSON
package import VoiceAPI

/// A plugin of this server: one file, one type, one line in `PluginCatalog`.
package protocol ServerPlugin: Sendable {
    /// The name under `plugins:` and in `Intent.<name>.functions`; the reference server's where it has one.
    static var name: String { get }
    /// Names that its settings may have instead, as the reference has had them.
    static var otherNames: [String] { get }
    /// On without being named in `functions`.
    static var isAlwaysOn: Bool { get }

    /// Makes the plugin's tools, once per server.
    ///
    /// - Parameters:
    ///   - settings: the object under `plugins.<name>`, empty when there is none. Keys, names and addresses with 你 in
    ///     them are the reference's samples and count as unset: read those with `settings.setting("key")`.
    /// - Throws: `PluginProblem` when the settings lack something; the banner shows it and the server goes on.
    static func tools(_ settings: JSON, services: PluginServices) throws(PluginProblem) -> [any Tool]
}

extension ServerPlugin {
    package static var otherNames: [String] { [] }
    package static var isAlwaysOn: Bool { false }
}

/// Why a plugin is off, with the remedy.
package struct PluginProblem: Error, Sendable, CustomStringConvertible {
    package var description: String
    package init(_ description: String) { self.description = description }
}

extension JSON {
    /// A key, name or address; nil when it is missing, empty or one of the reference's samples.
    package func setting(_ key: String) -> String? {
        let text: String
        switch self[key] {
        case .string(let value)?: text = value
        case .integer(let value)?: text = String(value)
        case .number(let value)?: text = String(value)
        default: return nil
        }
        return text.isEmpty || text.contains("你") ? nil : text
    }
}
