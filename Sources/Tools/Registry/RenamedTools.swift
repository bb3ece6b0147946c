/// The tools whose own name no service takes. Where a description speaks of one, it gets the name the model knows.
///
/// One pass over each description, whatever the number of tools: it is made while a person waits.
struct RenamedTools {
    private let names: [String: String]

    /// - Parameter tools: later ones win where two have one name.
    init(_ tools: [(original: String, name: String)]) {
        names = Dictionary(
            tools.filter { $0.original != $0.name && !$0.original.isEmpty }.map { ($0.original, $0.name) },
            uniquingKeysWith: { $1 })
    }

    /// - Parameter text: of a description.
    func rewrite(_ text: String) -> String {
        guard !names.isEmpty else { return text }
        var result = ""
        var rest = text.unicodeScalars[...]
        while !rest.isEmpty {
            let word = rest.prefix(while: Self.isNamePart)
            // A full stop ends the sentence, not the name.
            let name = String(word.prefix(word.count - (word.last == "." ? 1 : 0)))
            result += names[name] ?? name
            rest = rest[word.endIndex...]
            if word.last == "." { result += "." }
            let between = rest.prefix { !Self.isNamePart($0) }
            result += String(between)
            rest = rest[between.endIndex...]
        }
        return result
    }

    /// Of the names that boards and tool servers use: `self.audio_speaker.set_volume`, `files/read`.
    private static func isNamePart(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_", "-", ".", "/", ":": true
        default: false
        }
    }
}
