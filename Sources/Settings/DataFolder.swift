import FoundationEssentials

/// `data/` of a working directory: keys, the database, the owner's own configuration.
public enum DataFolder {
    /// Makes the folder for its owner alone; one that is there stays as it is.
    ///
    /// - Returns: its path.
    /// - Throws: when it cannot be made.
    public static func make(in directory: String) throws -> String {
        let folder = "\(directory)/data"
        if !FileManager.default.fileExists(atPath: folder) {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        }
        return folder
    }
}
