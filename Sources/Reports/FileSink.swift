import Dispatch
import JSON
package import Storage

/// Writes reports to a file, one JSON object a line; acknowledged when the disk has them.
package struct FileSink: ReportSink {
    package let name = "file"
    private let file: LinesFile
    /// A disk may take long, and Swift's threads are few.
    private let queue = DispatchQueue(label: "yuyan.reports")

    /// - Parameters:
    ///   - path: of the file; its folder exists.
    ///   - limit: bytes; a file that would grow beyond becomes `path.1`, and so on.
    ///   - kept: how many of those are kept.
    package init(path: String, limit: Int = 64 << 20, kept: Int = 4) {
        file = LinesFile(path: path, limit: limit, kept: kept)
    }

    /// Not cut short by cancellation; as slow as the disk.
    ///
    /// - Throws: when the system refuses; nothing of these reports is in the file then.
    package func deliver(_ reports: [Report]) async throws {
        let bytes = reports.flatMap { $0.json.bytes + [UInt8(ascii: "\n")] }
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            queue.async { [file] in
                continuation.resume(with: Result { try file.append(bytes) })
            }
        }
    }
}
