import Foundation
import Glibc
import JSON
import Testing
import VoiceTesting
import WebClient

/// The real program takes a changed configuration into service without losing anybody.
@Suite(.serialized, .timeLimit(.minutes(2))) struct ConfigurationReloadTests {
    /// Writes the override file: what the server was started with, and more.
    private func save(_ more: String, in server: ServerProgram) throws {
        let path = "\(server.folder)/data/.config.yaml"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let kept = text.components(separatedBy: "# more")[0]
        try (kept + "# more\n" + more + "\n").write(toFile: path, atomically: true, encoding: .utf8)
    }

    private func console(_ action: String, secret: String, _ server: ServerProgram) async throws -> JSON {
        try await server.withDevice { device in
            try await device.ask([
                "type": "server", "action": .string(action), "content": ["secret": .string(secret)],
            ])
        }
    }

    private func generation(_ server: ServerProgram) async throws -> Int {
        try await server.json("/api/status")["generation"]?.integer ?? 0
    }

    private func reload(_ server: ServerProgram) async throws -> JSON {
        var request = WebRequest(method: "POST", url: "http://127.0.0.1:\(server.httpPort)/api/reload")
        request.authorize(with: server.token)
        return try JSON(parsing: try await server.client.send(request, provider: "server"))
    }

    @Test func `a saved file is taken by the next turn while the device stays connected`() async throws {
        try await ServerProgram.run { server in
            #expect(try await generation(server) == 1)
            try await server.withDevice { device in
                let before = try await device.type("what is seven plus five")
                #expect(before.answer.joined().contains("12"))
                try save("wakeup_words: [what is seven plus five]", in: server)
                #expect(try await eventually(within: .seconds(10)) { try await generation(server) == 2 })
                // The same words on the same connection: now they are a wake word.
                let after = try await device.type("what is seven plus five")
                #expect(after.answer == ["Hello, I am listening."])
                #expect(try await server.json("/api/sessions")["sessions"]?.array?.count == 1)
            }
        }
    }

    @Test func `an invalid file changes nothing and says why`() async throws {
        try await ServerProgram.run { server in
            try save("close_connection_no_voice_time: soon", in: server)
            #expect(
                await eventually(within: .seconds(10)) {
                    server.output.contains("the configuration was not reloaded")
                })
            #expect(server.output.contains("close_connection_no_voice_time"))
            #expect(try await generation(server) == 1)
            #expect(try await server.talk(["--text", "what time is it"]).status == 0)
        }
    }

    @Test func `SIGHUP and the owner's API reload, and name what needs a restart`() async throws {
        try await ServerProgram.run("prompt: first") { server in
            kill(server.pid, SIGHUP)
            #expect(try await eventually(within: .seconds(10)) { try await generation(server) == 2 })
            try save("telemetry: {turns_per_device: 7}\nreports: {keep_days: 3}", in: server)
            let outcome = try await reload(server)
            #expect(outcome["status"] == "applied")
            #expect(outcome["needs_restart"] == ["reports", "telemetry.turns_per_device"])
            await #expect(throws: (any Error).self) { try await server.get("/api/reload") }
        }
    }

    @Test func `a secret of a new configuration reaches no log, and a new log level counts at once`() async throws {
        let canary = "sk-canary-of-a-reload-9f8e7d6c5b4a"
        try await ServerProgram.run { server in
            try save(
                "log: {log_level: DEBUG}\nLLM: {OpenAILLM: {type: openai, api_key: \(canary)}}\nselected_module: {LLM: OpenAILLM}",
                in: server)
            #expect(try await eventually(within: .seconds(10)) { try await generation(server) == 2 })
            _ = try await server.talk(["--text", "what time is it"])
            #expect(!server.output.contains(canary))
            #expect(server.output.contains("\"level\":\"debug\""))
        }
    }

    @Test func `the console reloads and restarts with its secret, and nobody does without`() async throws {
        try await ServerProgram.run("manager-api: {url: 'http://127.0.0.1:9', secret: secret-of-the-console}") {
            server in
            let wrong = try await console("restart", secret: "secret-of-somebody", server)
            #expect(wrong["status"] == "error" && wrong["content"] == nil)
            let updated = try await console("update_config", secret: "secret-of-the-console", server)
            #expect(updated["status"] == "success" && updated["content"]?["action"] == "update_config")
            #expect(try await generation(server) == 2)
            let restarted = try await console("restart", secret: "secret-of-the-console", server)
            #expect(restarted["status"] == "success")
            // The same process, begun again: its generations count from one.
            #expect(
                await eventually(within: .seconds(20)) { (try? await generation(server)) == 1 })
            #expect(server.output.components(separatedBy: "is ready").count == 3)
            #expect(try await server.talk(["--text", "what time is it"]).status == 0)
        }
    }

    @Test func `tool servers come and go with the file, and one that stays is not started again`() async throws {
        try await ServerProgram.run { server in
            let python = "\(RunningProgram.root)/.deps/mcp/bin/python"
            func settings(_ names: [String]) -> String {
                let entries = names.map { #""\#($0)": {"command": "\#(python)", "args": ["-m", "mcp_server_time"]}"# }
                return #"{"mcpServers": {\#(entries.joined(separator: ", "))}}"#
            }
            func known(_ name: String) -> Int {
                server.output.split(separator: "\n").count {
                    $0.contains("the tools of a server are known") && $0.contains(#""server":"\#(name)""#)
                }
            }
            let file = "\(server.folder)/data/.mcp_server_settings.json"
            try settings(["clock"]).write(toFile: file, atomically: true, encoding: .utf8)
            #expect(await eventually(within: .seconds(20)) { known("clock") == 1 })
            try settings(["clock", "watch"]).write(toFile: file, atomically: true, encoding: .utf8)
            #expect(await eventually(within: .seconds(20)) { known("watch") == 1 })
            #expect(known("clock") == 1)
        }
    }
}
