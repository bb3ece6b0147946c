import Flow
import FoundationEssentials
import JSON
import Logging
import Subprocess
import Tools

/// A tool server as a child process: one JSON message per line each way, its standard error goes to the log.
///
/// It gets its own `env` and what every program needs (`PATH`, `HOME`, `LANG`, …), but none of this server's secrets.
struct StdioConnection: ToolServerConnection {
    let name: String
    let command: String
    let arguments: [String]
    let environment: [String: String]
    let logger: Logger

    private static let inherited = ["PATH", "HOME", "LANG", "LC_ALL", "TZ", "TMPDIR", "USER", "SSL_CERT_FILE"]

    func withClient(
        _ makeClient: @escaping @Sendable (any MCPTransport) -> MCPClient,
        serve: @escaping @Sendable (MCPClient) async throws -> Void
    ) async throws {
        BrokenPipe.ignore()
        var options = PlatformOptions()
        // Its own session, so that children of a shell script die with it.
        options.createSession = true
        options.teardownSequence = [
            .gracefulShutDown(toProcessGroup: true, allowedDurationToNextStep: .seconds(2)),
            .send(signal: .kill, toProcessGroup: true, allowedDurationToNextStep: .zero),
        ]
        let name = name
        let logger = logger
        _ = try await Subprocess.run(
            // env finds names and paths alike.
            .name("env"), arguments: Arguments([command] + arguments),
            environment: .custom(childEnvironment), platformOptions: options, input: .inputWriter, output: .sequence,
            error: .sequence
        ) { execution in
            let client = makeClient(StdioTransport(writer: execution.standardInputWriter))
            let (output, errors) = (execution.standardOutput, execution.standardError)
            do {
                try await withThrowingTaskGroup(of: Bool.self) { group in
                    group.addTask {
                        try? await Self.log(errors, name, logger)
                        return false
                    }
                    group.addTask {
                        try await race(client, reading: { try await Self.read(output, into: client, name, logger) }) {
                            try await serve(client)
                        }
                        return true
                    }
                    defer { group.cancelAll() }
                    while let isOver = try await group.next(), !isOver {}
                }
            } catch {
                try? await execution.standardInputWriter.finish()
                throw error
            }
            try? await execution.standardInputWriter.finish()
        }
    }

    private var childEnvironment: [Environment.Key: String] {
        var result: [Environment.Key: String] = [:]
        let own = ProcessInfo.processInfo.environment
        for name in Self.inherited { if let value = own[name] { result[.init(stringLiteral: name)] = value } }
        for (name, value) in environment { result[.init(stringLiteral: name)] = value }
        return result
    }

    private static func read(
        _ output: SubprocessOutputSequence, into client: MCPClient, _ name: String, _ logger: Logger
    ) async throws {
        var lines = LineReader()
        for try await chunk in output {
            for line in try lines.push(chunk.withUnsafeBytes { Array($0) }) {
                guard let message = try? JSON(parsing: line) else {
                    logger.debug("a tool server wrote a line that is no message", metadata: ["server": "\(name)"])
                    continue
                }
                await client.receive(message)
            }
        }
    }

    private static func log(_ errors: SubprocessOutputSequence, _ name: String, _ logger: Logger) async throws {
        var lines = LineReader(limit: 65_536)
        for try await chunk in errors {
            let found = (try? lines.push(chunk.withUnsafeBytes { Array($0) })) ?? []
            if found.isEmpty { continue }
            for line in found.prefix(20) {
                logger.trace(
                    "a tool server logged",
                    metadata: ["server": "\(name)", "line": "\(String(decoding: line.prefix(500), as: UTF8.self))"])
            }
        }
    }
}

private struct StdioTransport: MCPTransport {
    let writer: StandardInputWriter
    func send(_ message: JSON) async throws { _ = try await writer.write(message.bytes + [UInt8(ascii: "\n")]) }
}
