/// A piece of a document that fits a question.
package struct DocumentChunk: Sendable, Hashable {
    /// Of the document it comes from.
    package var name: String
    package var text: String

    package init(name: String, text: String) {
        self.name = name
        self.text = text
    }
}
