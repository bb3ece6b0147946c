/// A file of the owner as the index knows it.
package struct StoredDocument: Sendable, Hashable {
    /// Absolute, without links: what it is known by.
    package var path: String
    /// What the owner calls it: the path within the folder.
    package var name: String
    /// Bytes.
    package var size: Int64
    /// Nanoseconds since 1970. With the size it tells whether the file has changed.
    package var modifiedAt: Int64
    /// Why nothing of it is found; nil when it is indexed.
    package var problem: String?

    package init(path: String, name: String, size: Int64, modifiedAt: Int64, problem: String? = nil) {
        self.path = path
        self.name = name
        self.size = size
        self.modifiedAt = modifiedAt
        self.problem = problem
    }
}
