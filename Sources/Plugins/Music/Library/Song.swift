/// A sound file of the music folder.
struct Song: Sendable, Hashable {
    /// The file's name without its ending: what people ask for and what is spoken.
    let title: String
    /// From the music folder, as the scan found it. Never made from what a model or a person said.
    let path: String

    init(path: String) {
        self.path = path
        let name = path.split(separator: "/").last ?? ""
        let stem = name.lastIndex(of: ".").map { name[..<$0] } ?? name
        let visible = stem.unicodeScalars.filter { !$0.properties.isDefaultIgnorableCodePoint && $0.value >= 32 }
        title = String(String(String.UnicodeScalarView(visible)).prefix(Self.longestTitle))
    }

    /// Lower case, without the dot; empty when there is none.
    var fileExtension: String {
        guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return "" }
        return path[path.index(after: dot)...].lowercased()
    }

    private static let longestTitle = 120
}
