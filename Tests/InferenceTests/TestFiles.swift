/// Where the checkout keeps what `dev/setup` unpacks.
enum TestFiles {
    /// The checkout's root, from this file's own path.
    static let root: String = #filePath.split(separator: "/").dropLast(3).reduce("") { "\($0)/\($1)" }
    static let sileroModel = "\(root)/.deps/models/silero_vad.onnx"
}
