import JSON

/// What a reload came to.
enum ReloadOutcome: Sendable, Equatable {
    /// The next turn of every session uses it.
    case applied(generation: Int, warnings: [String], needsRestart: [String])
    /// Nothing changed, for these reasons.
    case refused([String])

    /// For a person, one line or several.
    var text: String {
        switch self {
        case .applied(let generation, let warnings, let keys):
            let restart =
                keys.isEmpty
                ? [] : ["these take effect when the server is started again: \(keys.joined(separator: ", "))"]
            return (["the configuration is loaded (number \(generation)); the next turns use it"] + restart + warnings)
                .joined(separator: "\n")
        case .refused(let reasons):
            return (["nothing was changed"] + reasons).joined(separator: "\n")
        }
    }

    var json: JSON {
        switch self {
        case .applied(let generation, let warnings, let keys):
            [
                "status": "applied", "generation": .integer(Int64(generation)),
                "warnings": .array(warnings.map { .string($0) }), "needs_restart": .array(keys.map { .string($0) }),
            ]
        case .refused(let reasons): ["status": "refused", "problems": .array(reasons.map { .string($0) })]
        }
    }
}
