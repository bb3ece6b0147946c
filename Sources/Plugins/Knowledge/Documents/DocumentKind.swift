/// How a document is written, by the ending of its name.
enum DocumentKind: Sendable {
    case plain, markdown, html

    /// - Returns: nil for what is no document.
    init?(path: String) {
        guard let dot = path.lastIndex(of: "."), dot > path.startIndex else { return nil }
        switch path[path.index(after: dot)...].lowercased() {
        case "txt": self = .plain
        case "md", "markdown": self = .markdown
        case "html", "htm": self = .html
        default: return nil
        }
    }
}
