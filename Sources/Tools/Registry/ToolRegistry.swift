package import VoiceAPI

/// The tools of one turn under the names the model sees, each mapped back exactly. Made anew when a tool comes or goes,
/// then only read.
///
/// Whatever a tool server or a device says about its tools is data: a description cannot add a tool, rename another
/// one or change who may call it.
package struct ToolRegistry: Sendable {
    /// What the model is offered, in a stable order (services cache prompts).
    package let descriptions: [ToolDescription]
    private let tools: [String: any Tool]

    /// A longer description is cut; a model reads no novels before every answer.
    static let longestSummary = 2000

    /// - Parameters:
    ///   - tools: of every source. On a clash of names the later source gets the plain one, as in the reference; the
    ///     others get a number.
    ///   - permission: who will call; the owner may call everything.
    package init(_ tools: [any Tool], for permission: ToolPermission = .conversation) {
        let allowed = tools.filter { permission == .owner || $0.policy.permission == .conversation }
        var named: [String: any Tool] = [:]
        var entries: [(order: Int, original: String, name: String, description: ToolDescription)] = []
        let bySource = allowed.enumerated().sorted {
            ($1.element.policy.source, $0.offset) < ($0.element.policy.source, $1.offset)
        }
        for (order, tool) in bySource {
            let description = tool.description
            let name = Self.free(ToolName.sanitized(description.name), in: named)
            named[name] = tool
            entries.append((order, description.name, name, description))
        }
        // A description that speaks of another tool must use the name the model knows.
        let renamed = RenamedTools(entries.map { (original: $0.original, name: $0.name) })
        descriptions = entries.sorted { $0.order < $1.order }.map { entry in
            var description = entry.description
            description.name = entry.name
            description.summary = renamed.rewrite(Self.clean(description.summary))
            return description
        }
        self.tools = named
    }

    /// The tool behind a name the model used.
    package subscript(name: String) -> (any Tool)? { tools[name] }

    package var isEmpty: Bool { tools.isEmpty }

    private static func free(_ name: String, in taken: [String: any Tool]) -> String {
        guard taken[name] != nil else { return name }
        for number in 2... {
            let suffix = "_\(number)"
            let candidate = String(name.unicodeScalars.prefix(ToolName.longest - suffix.count)) + suffix
            if taken[candidate] == nil { return candidate }
        }
        return name
    }

    private static func clean(_ summary: String) -> String {
        // Nearly all are clean, and this is asked for every tool whenever one comes or goes.
        let isClean = summary.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x0A || $0 == 0x09 }
        if isClean, summary.utf8.count <= longestSummary { return summary }
        var result = String.UnicodeScalarView()
        for scalar in summary.unicodeScalars.prefix(longestSummary) {
            let isControl = scalar.value < 0x20 && scalar != "\n" && scalar != "\t" || scalar.value == 0x7F
            result.append(isControl ? " " : scalar)
        }
        return String(result)
    }
}
