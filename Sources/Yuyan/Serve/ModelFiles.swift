import FoundationEssentials

/// Where the models that `dev/setup` fetched are: named by the environment, beside the installed binary, or in the
/// checkout.
enum ModelFiles {
    static func find(_ name: String, environment: [String: String] = ProcessInfo.processInfo.environment) -> String? {
        var folders: [String] = []
        if let folder = environment["YUYAN_MODELS"] { folders.append(folder) }
        let binary = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        var folder = parent(of: binary)
        folders += ["\(folder)/../share/models", ".deps/models"]
        // A binary in .build/<triple>/<configuration> lies three folders below its checkout.
        for _ in 0..<5 where !folder.isEmpty {
            folder = parent(of: folder)
            folders.append("\(folder)/.deps/models")
        }
        return folders.map { "\($0)/\(name)" }.first { FileManager.default.fileExists(atPath: $0) }
    }

    private static func parent(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }
}
