/// The revisions of MCP an agent may speak here.
enum AgentProtocolVersion: String, Sendable, CaseIterable {
    case november2024 = "2024-11-05"
    case march2025 = "2025-03-26"
    case june2025 = "2025-06-18"

    static let latest = june2025

    /// The client's own when we speak it, else our latest; the client then leaves if it does not like that.
    static func negotiate(_ wanted: String) -> Self { Self(rawValue: wanted) ?? latest }

    /// June 2025 took arrays of messages out of the standard.
    var hasBatches: Bool { self != .june2025 }
}
