import Glibc

/// Strings lent to a C configuration; they live as long as this value, so hold it until the C call returned.
final class CStrings {
    private var owned: [UnsafeMutablePointer<CChar>] = []

    /// A C copy of `text`; nil for nil.
    func lend(_ text: String?) -> UnsafePointer<CChar>? {
        guard let text, let copy = strdup(text) else { return nil }
        owned.append(copy)
        return UnsafePointer(copy)
    }

    deinit {
        for text in owned { free(text) }
    }
}
