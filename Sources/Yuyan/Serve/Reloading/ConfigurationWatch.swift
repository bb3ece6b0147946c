import FoundationEssentials

/// Notices that the owner saved something the configuration is read from. It looks at the files again and again:
/// notifications of the kernel miss what editors, containers and network folders do.
struct ConfigurationWatch: Sendable {
    /// Path in the working directory and state of every file, those of `plugins/` too.
    typealias Snapshot = [String: FileStamp]

    let directory: String
    /// The state that was last read from.
    private var known: Snapshot
    /// A state that differs and may still be in the middle of being written.
    private var fresh: Snapshot?

    init(directory: String) {
        self.directory = directory
        known = Self.snapshot(of: directory)
    }

    /// Call it every second or so.
    ///
    /// - Returns: whether the files differ from those last read, and have been the same twice in a row since.
    mutating func isChanged() -> Bool {
        let now = Self.snapshot(of: directory)
        guard now != known else {
            fresh = nil
            return false
        }
        guard now == fresh else {
            fresh = now
            return false
        }
        (known, fresh) = (now, nil)
        return true
    }

    private static func snapshot(of directory: String) -> Snapshot {
        var names = ["config.yaml", "data/.config.yaml", "data/.mcp_server_settings.json"]
        let plugins = (try? FileManager.default.contentsOfDirectory(atPath: "\(directory)/plugins")) ?? []
        names += plugins.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.map { "plugins/\($0)" }
        return names.reduce(into: [:]) { $0[$1] = FileStamp.of("\(directory)/\($1)") }
    }
}
