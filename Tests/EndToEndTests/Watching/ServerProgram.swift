import Foundation
import JSON
import VoiceAPI
import VoiceTesting
import WebClient

@testable import Yuyan

/// The real `yuyan serve` in a folder of its own, with an owner's token, for the length of a test.
struct ServerProgram: Sendable {
    let folder: String
    /// For devices.
    let port: Int
    let httpPort: Int
    let client: WebClient
    let token: String
    let pid: Int32
    private let log: @Sendable () -> String
    private let exitStatus: @Sendable (Duration) async -> Int32?

    /// Everything it wrote so far.
    var output: String { log() }
    var ota: String { "http://127.0.0.1:\(httpPort)/xiaozhi/ota/" }

    /// - Parameters:
    ///   - configuration: YAML for `data/.config.yaml`, beside ports and token.
    ///   - existing: the folder of an earlier server, which is kept; nil makes one for this test.
    ///   - prepare: puts into the folder what the server shall find there.
    ///   - toleratesFullDisk: a file that may not grow is an error of the write and not the end of the process, so that
    ///     `limitFiles` can play a full disk.
    ///   - body: runs while the server does.
    static func run<Result>(
        _ configuration: String = "", token: String = "owner-token-of-this-test-0123456789",
        in existing: String? = nil, toleratesFullDisk: Bool = false, prepare: (String) throws -> Void = { _ in },
        _ body: (ServerProgram) async throws -> Result
    ) async throws -> Result {
        let folder =
            existing
            ?? FileManager.default.temporaryDirectory.appendingPathComponent("yuyan-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: "\(folder)/data", withIntermediateDirectories: true)
        defer { if existing == nil { try? FileManager.default.removeItem(atPath: folder) } }
        try prepare(folder)
        let (port, httpPort) = (freePort(), freePort())
        let yaml = """
            server:
              ip: 127.0.0.1
              port: \(port)
              http_port: \(httpPort)
              owner_token: \(token)
            \(configuration)
            """
        try yaml.write(toFile: "\(folder)/data/.config.yaml", atomically: true, encoding: .utf8)
        let program = try RunningProgram(
            "/bin/sh",
            [
                "-c", (toleratesFullDisk ? try fullDiskPreparation(in: folder) : "") + "exec \"$0\" serve",
                "\(RunningProgram.products)/yuyan",
            ], directory: folder,
            environment: ["YUYAN_MODELS": "\(RunningProgram.root)/.deps/models"])
        let client = WebClient()
        let server = ServerProgram(
            folder: folder, port: port, httpPort: httpPort, client: client, token: token, pid: program.pid,
            log: { program.output }, exitStatus: { await program.finish(within: $0) })
        let outcome: Swift.Result<Result, any Error>
        do {
            let isUp = await eventually(within: .seconds(30)) {
                guard program.isRunning else { return false }
                return (try? await server.get("/health")) != nil
            }
            guard isUp else { throw RunningProgram.DidNotStart(output: program.output) }
            outcome = .success(try await body(server))
        } catch {
            outcome = .failure(error)
        }
        await program.stop()
        try await client.shutdown()
        return try outcome.get()
    }

    /// Makes the signal of a file that may not grow harmless, and frees the voice's process from the limit: it makes no
    /// file on the disk, only one in memory for a sound card.
    ///
    /// - Returns: shell commands that come before the server.
    private static func fullDiskPreparation(in folder: String) throws -> String {
        try FileManager.default.createDirectory(atPath: "\(folder)/bin", withIntermediateDirectories: true)
        try """
        #!/bin/sh
        ulimit -S -f unlimited
        PATH="${PATH#*:}" exec espeak-ng "$@"
        """.write(toFile: "\(folder)/bin/espeak-ng", atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\(folder)/bin/espeak-ng")
        return "trap '' XFSZ; export PATH=\"\(folder)/bin:$PATH\"; "
    }

    /// Waits until the server has ended by itself.
    ///
    /// - Returns: its exit status; nil when it had to be ended.
    func finish(within limit: Duration) async -> Int32? { await exitStatus(limit) }

    func get(_ path: String, token: String? = nil) async throws -> [UInt8] {
        var request = WebRequest(method: "GET", url: "http://127.0.0.1:\(httpPort)\(path)")
        request.authorize(with: token ?? self.token)
        return try await client.send(request, provider: "server")
    }

    func json(_ path: String) async throws -> JSON { try JSON(parsing: try await get(path)) }

    /// A device of this server for the length of `body`, which may have several turns.
    func withDevice<Result: Sendable>(
        _ body: @escaping @Sendable (VirtualDevice) async throws -> Result
    ) async throws -> Result {
        let id = "02:00:00:00:00:\(String(UInt8.random(in: 16...255), radix: 16))"
        let address = try await OTARequester(client: client, deviceID: id).request(ota)
        return try await WebSocketDeviceTransport.withConnection(to: address, deviceID: id) { transport in
            let device = VirtualDevice(transport: transport, version: address.version)
            try await device.connect()
            return try await body(device)
        }
    }

    /// `yuyan talk` against this server.
    ///
    /// - Returns: its exit status and output.
    func talk(_ arguments: [String]) async throws -> (status: Int32?, output: String) {
        let talk = try RunningProgram(
            "\(RunningProgram.products)/yuyan", ["talk", "--ota", ota] + arguments, directory: folder)
        let status = await talk.finish(within: .seconds(60))
        return (status, talk.output)
    }
}
