import Foundation
import Subprocess

/// Programs of Debian's `prometheus` package, unpacked by `dev/setup --tests` or installed.
enum Tools {
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path
    static let promtool = find("promtool")
    static let prometheus = find("prometheus")

    static func find(_ name: String) -> String? {
        let folders =
            ["\(root)/.deps/prometheus/usr/bin"]
            + (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    /// Runs a program to its end.
    ///
    /// - Returns: whether it exited with 0, and what it said on both outputs.
    static func run(_ path: String, _ arguments: [String], input: [UInt8] = []) async throws -> (
        isGood: Bool, output: String
    ) {
        let result = try await Subprocess.run(
            .name("env"), arguments: .init([path] + arguments), input: .array(input), output: .string(limit: 1 << 20),
            error: .string(limit: 1 << 20))
        return (
            result.terminationStatus.isSuccess, result.standardOutput + result.standardError
        )
    }
}

/// A folder of a test, removed with it.
func withTemporaryFolder<Result>(_ body: (String) async throws -> Result) async throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("telemetry-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try await body(folder.path)
}
