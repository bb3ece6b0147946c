/// Rows as we write them. What a damaged file holds instead must neither be read, nor end the server: GRDB stops the process
/// when a column has no value of the type that is asked for.
enum SoundRow {
    /// A condition of SQL.
    ///
    /// - Parameters:
    ///   - texts: columns that hold a text.
    ///   - optionalTexts: columns that hold a text or NULL.
    ///   - integers: columns that hold a whole number.
    static func condition(texts: [String], optionalTexts: [String] = [], integers: [String] = []) -> String {
        (texts.map { "typeof(\($0)) = 'text'" } + optionalTexts.map { "typeof(\($0)) IN ('text', 'null')" }
            + integers.map { "typeof(\($0)) = 'integer'" })
            .joined(separator: " AND ")
    }
}
