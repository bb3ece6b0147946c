import Foundation
import Logging
import Testing

@testable import Yuyan

@Suite(.timeLimit(.minutes(1))) struct KeyboardTests {
    @Test(arguments: [
        ("status", KeyboardCommand.status), ("  Sessions ", .sessions), ("turns aa:bb", .turns(device: "aa:bb")),
        ("turns", .turns(device: nil)), ("kick 1234", .kick("1234")), ("loglevel DEBUG", .logLevel(.debug)),
        ("", .nothing), ("quit", .quit), ("drain", .drain), ("reload", .reload),
    ])
    func `a line is a command`(line: String, command: KeyboardCommand) {
        #expect(KeyboardCommand(line) == command)
    }

    @Test(arguments: ["loglevel loud", "kick", "dance"])
    func `a line that is none says what to type`(line: String) {
        guard case .unknown(let answer) = KeyboardCommand(line) else {
            Issue.record("\(line) was understood")
            return
        }
        #expect(!answer.isEmpty)
    }

    @Test func `typed bytes become lines however they come`() {
        let typed = TypedText()
        #expect(typed.push(Array("sta".utf8)[...]) == [])
        #expect(typed.push(Array("tus\nsess".utf8)[...]) == ["status"])
        #expect(typed.push(Array("ions\n\n".utf8)[...]) == ["sessions", ""])
        #expect(typed.push(Array(String(repeating: "x", count: 5000).utf8)[...]) == [])
        #expect(typed.push(Array("quit\n".utf8)[...]) == ["quit"])
    }

    /// Runs the server on a pseudo-terminal, types, and prints what it said.
    private static let terminal = """
        import os, pty, select, subprocess, sys, time
        master, slave = pty.openpty()
        server = subprocess.Popen(sys.argv[1:], stdin=slave, stdout=slave, stderr=slave, close_fds=True)
        os.close(slave)
        seen = b""
        def wait(word):
            global seen
            end = time.time() + 20
            while word not in seen and time.time() < end:
                if select.select([master], [], [], 0.2)[0]:
                    try: seen += os.read(master, 4096)
                    except OSError: break
        wait(b"is ready")
        for line, answer in [(b"status", b"log level info"), (b"sessions", b"nobody is connected"),
                             (b"loglevel debug", b"log level is debug"), (b"dance", b"no command"),
                             (b"reload", b"the next turns use it"),
                             (b"quit", b"stopped")]:
            os.write(master, line + b"\\n")
            wait(answer)
        sys.stdout.write(seen.decode(errors="replace"))
        sys.exit(server.wait(timeout=20))
        """

    @Test func `on a terminal the owner's lines are obeyed, and quit stops the server`() async throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("yuyan-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: "\(folder)/data", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let yaml = "server: {ip: 127.0.0.1, port: \(freePort()), http_port: \(freePort())}\n"
        try yaml.write(toFile: "\(folder)/data/.config.yaml", atomically: true, encoding: .utf8)
        let program = try RunningProgram(
            "/usr/bin/env", ["python3", "-c", Self.terminal, "\(RunningProgram.products)/yuyan", "serve"],
            directory: folder, environment: ["YUYAN_MODELS": "\(RunningProgram.root)/.deps/models"])
        let status = await program.finish(within: .seconds(50))
        #expect(status == 0, "\(program.output)")
        for answer in [
            "log level info", "nobody is connected", "log level is debug", "no command dance", "number 2", "stopped",
        ] {
            #expect(program.output.contains(answer), "\(answer)")
        }
    }
}
