import Flow
import Foundation
import Glibc
import JSON
import Logging
import Synchronization
import Testing
import ToolServers
import Tools
import VoiceAPI
import WebClient

/// Real tool servers: those of PyPI, one made with the official SDK, and one with faults.
@Suite(.serialized) struct ToolServerTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path
    private static let peers = "\(root)/Tests/ToolServersTests/Peers"
    private static let python = "\(root)/.deps/mcp/bin/python"

    /// Runs a supervisor for the servers until `body` is done; `body` gets an executor over their tools.
    private func withServers(
        _ servers: [ToolServerSettings], tools expected: Int, timeout: Duration = .seconds(10),
        onRestart: @escaping @Sendable (String) -> Void = { _ in },
        _ body: @escaping @Sendable (ToolExecutor, ToolShelf) async throws -> Void
    ) async throws {
        let shelf = ToolShelf()
        let web = WebClient()
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let clock = SessionClock(ContinuousClock())
        let outcome: Result<Void, any Error>
        do {
            outcome = .success(
                try await run(servers, tools: expected, timeout, shelf, web, logger, clock, onRestart, body))
        } catch {
            outcome = .failure(error)
        }
        // Also after a failure: a client that is dropped alive ends the whole test run.
        try await web.shutdown()
        try outcome.get()
    }

    private func run(
        _ servers: [ToolServerSettings], tools expected: Int, _ timeout: Duration, _ shelf: ToolShelf, _ web: WebClient,
        _ logger: Logger, _ clock: SessionClock, _ onRestart: @escaping @Sendable (String) -> Void,
        _ body: @escaping @Sendable (ToolExecutor, ToolShelf) async throws -> Void
    ) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await ToolServerSupervisor(
                    servers: servers, shelf: shelf, web: web, logger: logger, onRestart: onRestart
                ).run()
            }
            group.addTask {
                let deadline = clock.now + .seconds(20)
                while shelf.tools.count < expected {
                    try #require(clock.now < deadline, "the tools never came: \(shelf.tools.count) of \(expected)")
                    try await clock.sleep(for: .milliseconds(20))
                }
                try await body(
                    ToolExecutor(registry: ToolRegistry(shelf.tools), clock: clock, defaultTimeout: timeout), shelf)
            }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func call(_ executor: ToolExecutor, _ name: String, _ arguments: JSON = [:]) async throws -> String {
        let results = try await executor.run(
            [ToolCall(id: "1", name: name, arguments: arguments.description)],
            in: ToolContext(deviceID: "a", sessionID: "b", language: "en"))
        return "\(results[0])"
    }

    private func faulty(_ fault: String, environment: [String: String] = [:], name: String = "faulty")
        -> ToolServerSettings
    {
        ToolServerSettings(
            name: name,
            transport: .stdio(
                command: Self.python, arguments: ["\(Self.peers)/faulty_server.py", fault], environment: environment))
    }

    @Test(arguments: ["1e20", "0", "-1", "601", "\"soon\""])
    func `a time limit that is none is a problem with its server's name`(timeout: String) {
        let (servers, problems) = ToolServerSettings.parse(
            #"{"mcpServers":{"one":{"command":"true","timeout":\#(timeout)},"two":{"command":"true","timeout":5}}}"#)
        #expect(servers.map(\.name) == ["two"])
        #expect(problems.count == 1 && problems[0].contains("one") && problems[0].contains("0.1 to 600 seconds"))
    }

    @Test func `mcp-server-time tells the time over stdio`() async throws {
        let server = ToolServerSettings(
            name: "time",
            transport: .stdio(command: Self.python, arguments: ["-m", "mcp_server_time"], environment: [:]))
        try await withServers([server], tools: 2) { (executor: ToolExecutor, _: ToolShelf) async throws in
            let answer = try await call(
                executor, "convert_time",
                ["source_timezone": "Asia/Shanghai", "time": "20:00", "target_timezone": "Asia/Tokyo"])
            #expect(answer.contains("21:00"))
            let wrong = try await call(executor, "get_current_time", ["timezone": "Mars/Olympus"])
            #expect(wrong.contains("failure"))
            let missing = try await call(executor, "get_current_time")
            #expect(missing.contains("\\\"timezone\\\" is required") || missing.contains("\"timezone\" is required"))
        }
    }

    @Test func `mcp-server-fetch offers its tool over stdio`() async throws {
        let server = ToolServerSettings(
            name: "fetch",
            transport: .stdio(
                command: Self.python, arguments: ["-m", "mcp_server_fetch", "--ignore-robots-txt"], environment: [:]))
        try await withServers([server], tools: 1) { (executor: ToolExecutor, _: ToolShelf) async throws in
            // Nothing listens there: the server itself reports the failure.
            let answer = try await call(executor, "fetch", ["url": "http://127.0.0.1:9/"])
            #expect(answer.hasPrefix("failure"))
        }
    }

    @Test(arguments: ["sse", "streamable-http"])
    func `a server made with the official SDK works over`(transport: String) async throws {
        let port = Int.random(in: 20_000...40_000)
        let process = Process()
        process.executableURL = URL(filePath: Self.python)
        process.arguments = ["\(Self.peers)/sdk_server.py", transport, "\(port)"]
        process.standardError = FileHandle.nullDevice
        let accesses = Pipe()
        process.standardOutput = accesses
        process.environment = ProcessInfo.processInfo.environment.merging(["PYTHONUNBUFFERED": "1"]) { $1 }
        try process.run()
        // Asked politely it would wait for its open streams for ever.
        defer { kill(process.processIdentifier, SIGKILL) }
        let path = transport == "sse" ? "sse" : "mcp"
        let settings = ToolServerSettings.parse(
            #"{"mcpServers":{"peer":{"url":"http://127.0.0.1:\#(port)/\#(path)","transport":"\#(transport)"}}}"#)
        #expect(settings.problems.isEmpty)
        try await withServers(settings.servers, tools: 2) { (executor: ToolExecutor, _: ToolShelf) async throws in
            #expect(try await call(executor, "add", ["a": 2, "b": "40"]).contains("42"))
            #expect(try await call(executor, "fail").hasPrefix("failure"))
        }
        kill(process.processIdentifier, SIGKILL)
        let log = String(decoding: try accesses.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        // A session over streamable HTTP lasts until it is ended; one over SSE ends with its connection.
        #expect(log.contains("DELETE /mcp") == (transport == "streamable-http"), "\(log)")
    }

    @Test func `a server that dies is restarted, and its tools are away meanwhile`() async throws {
        let restarts = Mutex<[String]>([])
        let crashing = faulty("crash")
        try await withServers([crashing], tools: 1, onRestart: { name in restarts.withLock { $0.append(name) } }) {
            (executor: ToolExecutor, shelf: ToolShelf) async throws in
            #expect(try await call(executor, "work").contains("the server went away"))
            let clock = ContinuousClock()
            let deadline = clock.now + .seconds(10)
            while !shelf.tools.isEmpty, clock.now < deadline { try await clock.sleep(for: .milliseconds(10)) }
            #expect(shelf.tools.isEmpty)
            while shelf.tools.isEmpty, clock.now < deadline { try await clock.sleep(for: .milliseconds(10)) }
            #expect(shelf.tools.count == 1)
        }
        #expect(restarts.withLock { $0 } == [crashing.name])
    }

    @Test(arguments: [
        ("garbage", "none"), ("flood", "none"), ("twice", "none"), ("big", "[the result was longer and is cut here]"),
        ("hang", "no result within"),
    ])
    func `a server's fault is bounded and told to the model`(fault: String, words: String) async throws {
        try await withServers([faulty(fault)], tools: 1, timeout: .seconds(2)) {
            (executor: ToolExecutor, shelf: ToolShelf) async throws in
            #expect(try await call(executor, "work").contains(words))
            // What a server says about its tools cannot add one.
            #expect(shelf.tools.map(\.description.name) == ["work"])
        }
    }

    @Test func `a server sees its own secret and no other's`() async throws {
        let one = faulty("environment", environment: ["OWN_SECRET": "mine"], name: "one")
        let two = faulty("environment", environment: ["OTHER_SECRET": "theirs"], name: "two")
        try await withServers([one, two], tools: 2) { (executor: ToolExecutor, _: ToolShelf) async throws in
            let answers = [try await call(executor, "work"), try await call(executor, "work_2")]
            #expect(answers.contains { $0.contains("mine") && !$0.contains("theirs") })
            #expect(answers.contains { $0.contains("theirs") && !$0.contains("mine") })
        }
    }

    @Test func `wrong entries are named and left out`() {
        let (servers, problems) = ToolServerSettings.parse(
            #"{"mcpServers":{"a":{"command":"x","args":["y"]},"b":{"url":"ftp://x"},"c":{},"d":{"url":"http://h/mcp","transport":"carrier-pigeon"}}}"#
        )
        #expect(servers.map(\.name) == ["a"])
        #expect(
            problems == [
                "b: url must begin with http:// or https://", "c: \"command\" or \"url\" is needed",
                "d: transport carrier-pigeon is not known; use sse, streamable-http or http",
            ])
        #expect(ToolServerSettings.parse("nonsense").problems.count == 1)
    }

    @Test func `a pasted endpoint becomes the client's`() {
        let server = ToolServerSettings.endpoint("ws://home:8004/mcp_endpoint/mcp/?token=abc")
        #expect(server?.transport == .endpoint(url: "ws://home:8004/mcp_endpoint/call/?token=abc"))
        #expect(ToolServerSettings.endpoint("http://home/mcp/") == nil)
    }
}
