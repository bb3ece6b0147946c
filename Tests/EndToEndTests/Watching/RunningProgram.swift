import Foundation
import Glibc
import Synchronization

/// A program started by a test: its output goes to a file, and it is ended with the test, by force if it must be.
struct RunningProgram {
    struct DidNotStart: Error { var output: String }

    /// The folder with the programs of this build; the test bundle lies beside them.
    static let products = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        .deletingLastPathComponent().path
    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path

    private let process: Process
    private let outputPath: String

    init(_ path: String, _ arguments: [String], directory: String, environment: [String: String] = [:]) throws {
        outputPath = "\(directory)/output-\(UUID().uuidString).log"
        _ = FileManager.default.createFile(atPath: outputPath, contents: nil)
        guard let output = FileHandle(forWritingAtPath: outputPath) else { throw CocoaError(.fileWriteUnknown) }
        process = Process()
        process.executableURL = URL(fileURLWithPath: path)
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try process.run()
    }

    /// What it wrote so far, on both outputs.
    var output: String {
        FileManager.default.contents(atPath: outputPath).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }
    var isRunning: Bool { process.isRunning }
    var pid: Int32 { process.processIdentifier }

    /// Waits until it ends by itself.
    ///
    /// - Returns: its exit status; nil when it had to be ended.
    func finish(within limit: Duration) async -> Int32? {
        if await eventually(within: limit, { !process.isRunning }) { return process.terminationStatus }
        await stop()
        return nil
    }

    /// Ends it at once.
    func kill() { if process.isRunning { Glibc.kill(process.processIdentifier, SIGKILL) } }

    /// Asks it to end and sees to it.
    func stop() async {
        guard process.isRunning else { return }
        process.terminate()
        if await eventually(within: .seconds(10), { !process.isRunning }) { return }
        kill()
        _ = await eventually(within: .seconds(5)) { !process.isRunning }
    }
}

/// Asks again and again.
///
/// - Returns: whether it became true in time.
func eventually(within limit: Duration, _ condition: () async throws -> Bool) async rethrows -> Bool {
    let deadline = ContinuousClock().now + limit
    while ContinuousClock().now < deadline {
        if try await condition() { return true }
        try? await Task.sleep(for: .milliseconds(50))
    }
    return try await condition()
}

private let givenPorts = Mutex<Set<Int>>([])

/// A port of 127.0.0.1 that nobody uses now, and that was not given before: the kernel may offer one twice.
func freePort() -> Int {
    while true {
        let port = unusedPort()
        if port == 0 || givenPorts.withLock({ $0.insert(port).inserted }) { return port }
    }
}

private func unusedPort() -> Int {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(descriptor) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    return withUnsafeMutablePointer(to: &address) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
            guard bind(descriptor, generic, length) == 0, getsockname(descriptor, generic, &length) == 0 else { return }
        }
        return Int(UInt16(bigEndian: pointer.pointee.sin_port))
    }
}
