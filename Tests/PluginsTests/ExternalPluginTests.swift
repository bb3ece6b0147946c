import Flow
import Foundation
import Glibc
import JSON
import Testing
import Tools
import VoiceAPI

@testable import Plugins

/// Real programs and a real HTTP server, described in YAML.
@Suite struct ExternalPluginTests {
    private func load(_ files: [String: String], _ services: PluginServices) throws -> (
        tools: [any Tool], problems: [String]
    ) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "plugins-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for (name, text) in files {
            try text.write(to: folder.appending(path: name), atomically: true, encoding: .utf8)
        }
        return ExternalPlugins.load(folder: folder.path, environment: ["TOKEN": "t-1"], services: services)
    }

    private func run(_ yaml: String, _ arguments: String = "{}", _ services: PluginServices) async throws -> String {
        let (tools, problems) = try load(["one.yaml": yaml], services)
        #expect(problems.isEmpty)
        let executor = ToolExecutor(registry: ToolRegistry(tools), clock: SessionClock(ContinuousClock()))
        let results = try await executor.run(
            [ToolCall(id: "1", name: "one", arguments: arguments)],
            in: ToolContext(deviceID: "a", sessionID: "b", language: "en"))
        return "\(results[0])"
    }

    @Test(arguments: [
        (#"["cat"]"#, #"{"x":1}"#, #"inform("{\"x\":1}")"#),
        (
            #"["sh","-c","echo '{\"action\":\"RESPONSE\",\"response\":\"It is done.\"}'"]"#, "{}",
            #"speak("It is done.")"#
        ),
        (#"["sh","-c","echo broken >&2; exit 3"]"#, "{}", "broken"), (#"["no-such-program-here"]"#, "{}", "failure"),
        (#"["sleep","30"]"#, "{}", "timedOut"), (#"["sh","-c","sleep 30 & wait"]"#, "{}", "timedOut"),
        (#"["head","-c","3000000","/dev/zero"]"#, "{}", "failure"),
        (#"["sh","-c","echo $OWN-$YUYAN_SECRET"]"#, "{}", #"inform("t-1-")"#),
    ])
    func `a program answers, or its fault is told to the model`(command: String, arguments: String, words: String)
        async throws
    {
        setenv("YUYAN_SECRET", "canary", 1)
        try await withPluginServices { services in
            let yaml = """
                name: one
                description: A test.
                command: \(command)
                env: {OWN: "${TOKEN}"}
                timeout: 1
                """
            let said = try await run(yaml, arguments, services)
            #expect(said.contains(words))
            #expect(!said.contains("canary"))
        }
    }

    @Test func `an address is asked by POST`() async throws {
        try await StubBackEnd.run(["/do": "Opened."]) { stub in
            try await withPluginServices { (services: PluginServices) async throws in
                let yaml = """
                    name: one
                    description: A test.
                    url: \(stub.base)/do
                    headers: {Authorization: "Bearer ${TOKEN}"}
                    parameters: {type: object, required: [door], properties: {door: {type: string}}}
                    """
                let opened = try await run(yaml, #"{"door":"front"}"#, services)
                #expect(opened == #"inform("Opened.")"#)
                let refused = try await run(yaml, "{}", services)
                #expect(refused.contains("is required"))
            }
            #expect(stub.requests.count == 1)
            #expect(stub.requests[0].headers["authorization"] == "Bearer t-1")
            #expect(stub.requests[0].body == #"{"door":"front"}"#)
        }
    }

    @Test(arguments: [
        ("/slow", "timedOut"), ("/huge", "longer than 1048576 bytes"), ("/elsewhere", "answered 307"),
        ("/nowhere", "answered 404"),
    ])
    func `an address that is slow, says too much, leads elsewhere or is gone is a fault told to the model`(
        path: String, words: String
    ) async throws {
        let answers = ["/huge": String(repeating: "a", count: 1_100_000), "/caught": "caught"]
        try await StubBackEnd.run(answers, redirects: ["/elsewhere": "/caught"], silent: ["/slow"]) { stub in
            try await withPluginServices { (services: PluginServices) async throws in
                let yaml = """
                    name: one
                    description: A test.
                    url: \(stub.base)\(path)
                    headers: {Authorization: "Bearer ${TOKEN}"}
                    timeout: 0.5
                    """
                let said = try await run(yaml, "{}", services)
                #expect(said.contains("failure") && said.contains(words))
                #expect(!said.contains("t-1") && !said.contains("aaaa"))
            }
            // Neither the arguments nor the token went to another host.
            #expect(stub.requests.map(\.target) == [path])
        }
    }

    @Test func `a program of the working directory is started, and ended with its children when its time is over`()
        async throws
    {
        let folder = FileManager.default.temporaryDirectory.appending(path: "work-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let script = folder.appending(path: "slow.sh")
        try "#!/bin/sh\necho $$ > \"$0.pid\"\nexec sleep 60\n".write(to: script, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script.path)
        try await withPluginServices { services in
            var services = services
            services.directory = folder.path
            let said = try await run("name: one\ndescription: y\ncommand: ./slow.sh\ntimeout: 0.5", "{}", services)
            #expect(said.contains("timedOut"))
        }
        let text = try String(contentsOf: folder.appending(path: "slow.sh.pid"), encoding: .utf8)
        let process = try #require(pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)))
        #expect(kill(process, 0) == -1 && errno == ESRCH)
    }

    @Test func `what a program started ends with it when its time is over`() async throws {
        // Whoever runs holds the pipe's writing end: its reader hears the last one die.
        let pipe = FileManager.default.temporaryDirectory.appending(path: "alive-\(UUID().uuidString)").path
        #expect(mkfifo(pipe, 0o600) == 0)
        let reader = open(pipe, O_RDONLY | O_NONBLOCK)
        defer {
            close(reader)
            unlink(pipe)
        }
        try await withPluginServices { services in
            let yaml = """
                name: one
                description: y
                command: ["sh", "-c", "(echo begun; exec sleep 60) > \(pipe) & wait"]
                timeout: 0.5
                """
            let said = try await run(yaml, "{}", services)
            #expect(said.contains("timedOut"))
        }
        var poll = pollfd(fd: reader, events: 0, revents: 0)
        #expect(Glibc.poll(&poll, 1, 10_000) == 1 && poll.revents & Int16(POLLHUP) != 0)
        var bytes = [UInt8](repeating: 0, count: 16)
        #expect(read(reader, &bytes, bytes.count) == 6)
    }

    @Test(arguments: [
        (#"{"action":"RECORD","result":"r"}"#, #"record("r")"#), (#"{"action":"NONE"}"#, "silent"),
        (#"{"action":"ERROR","response":"e"}"#, #"failure("e")"#),
        (#"{"action":"NOTFOUND","response":"n"}"#, #"failure("n")"#),
        (#"{"action":"REQLLM","result":"m"}"#, #"inform("m")"#), (#"{"answer":1}"#, #"inform("{\"answer\":1}")"#),
        ("", #"inform("done")"#), ("{broken", #"inform("{broken")"#),
    ])
    func `an action says what happens with the words`(output: String, result: String) {
        #expect("\(ExternalTool.action(output))" == result)
    }

    @Test(arguments: [
        ("name: x", "description: expected a text that tells the model when to use it"),
        ("name: x\ndescription: y", "expected either command or url"),
        ("name: x\ndescription: y\ncomand: [a]", "comand: unknown key"),
        ("name: x\ndescription: y\nurl: ftp://x", "url: expected an address"),
        ("name: x\ndescription: y\ncommand: [a]\ntimeout: 0", "timeout: expected seconds"),
        (
            "name: x\ndescription: y\ncommand: [a]\nenv: {A: \"${NOT_THERE}\"}",
            "env.A: the environment has no NOT_THERE"
        ),
        ("name: x\ndescription: y\ncommand: [a]\nparameters: {type: string}", "parameters: expected a JSON schema"),
        ("- a", "expected a map"), ("a: [", "the file is not YAML"),
    ])
    func `a wrong file is named with its key, and the others work`(yaml: String, problem: String) async throws {
        try await withPluginServices { services in
            let good = "name: good\ndescription: y\ncommand: [cat]"
            let (tools, problems) = try load(["bad.yaml": yaml, "good.yaml": good, "readme.txt": "x"], services)
            #expect(tools.map(\.description.name) == ["good"])
            #expect(problems.count == 1)
            #expect(problems.first?.hasPrefix("plugins/bad.yaml: \(problem)") == true)
        }
    }
}
