import Foundation
import JSON
import Testing
import VoiceAPI
import WebClient

/// The real Prometheus, unpacked by `dev/setup --tests`, reads the real server.
@Suite(.serialized) struct PrometheusTests {
    private static func tool(_ name: String) -> String? {
        let folders =
            ["\(RunningProgram.root)/.deps/prometheus/usr/bin"]
            + (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }

    @Test(.enabled(if: tool("promtool") != nil, "dev/setup --tests brings promtool"))
    func `promtool accepts what a live server says after a turn`() async throws {
        let promtool = try #require(Self.tool("promtool"))
        try await ServerProgram.run { server in
            _ = try await server.talk(["--text", "what time is it"])
            let metrics = "\(server.folder)/metrics.txt"
            try Data(try await server.get("/metrics")).write(to: URL(fileURLWithPath: metrics))
            let check = try RunningProgram(
                "/bin/sh", ["-c", "exec \"$0\" check metrics < \"$1\"", promtool, metrics], directory: server.folder)
            #expect(await check.finish(within: .seconds(20)) == 0, "\(check.output)")
            #expect(check.output.isEmpty, "\(check.output)")
        }
    }

    @Test(.enabled(if: tool("prometheus") != nil, "dev/setup --tests brings prometheus"))
    func `Prometheus scrapes it with the owner's token, as the example says`() async throws {
        let program = try #require(Self.tool("prometheus"))
        try await ServerProgram.run { server in
            let port = freePort()
            // The example of deploy/, on this server's port and with its token.
            var yaml = try String(
                contentsOfFile: "\(RunningProgram.root)/deploy/prometheus.yaml", encoding: .utf8)
            for (old, new) in [
                ("127.0.0.1:8003", "127.0.0.1:\(server.httpPort)"), ("/etc/prometheus/yuyan_token", "token"),
                ("scrape_interval: 15s", "scrape_interval: 1s"),
                ("/etc/prometheus/yuyan-alerts.yaml", "\(RunningProgram.root)/deploy/alerts.yaml"),
            ] {
                #expect(yaml.contains(old))
                yaml = yaml.replacingOccurrences(of: old, with: new)
            }
            try yaml.write(toFile: "\(server.folder)/prometheus.yaml", atomically: true, encoding: .utf8)
            try server.token.write(toFile: "\(server.folder)/token", atomically: true, encoding: .utf8)
            let prometheus = try RunningProgram(
                program,
                [
                    "--config.file=prometheus.yaml", "--storage.tsdb.path=tsdb",
                    "--web.listen-address=127.0.0.1:\(port)",
                ], directory: server.folder)
            _ = try await server.talk(["--text", "what time is it"])
            func value(of query: String) async -> String? {
                let url = "http://127.0.0.1:\(port)/api/v1/query?query=\(query)"
                guard let bytes = try? await server.client.send(WebRequest(method: "GET", url: url), provider: "p"),
                    let json = try? JSON(parsing: bytes)
                else { return nil }
                return json["data"]?["result"]?.array?.first?["value"]?.array?.last?.string
            }
            let isUp = await eventually(within: .seconds(30)) { await value(of: "up") == "1" }
            let hasTurn = await eventually(within: .seconds(15)) {
                await value(of: "yuyan_turns_total%7Bending=%22completed%22%7D") == "1"
            }
            let rules = try? await server.client.send(
                WebRequest(method: "GET", url: "http://127.0.0.1:\(port)/api/v1/rules"), provider: "p")
            await prometheus.stop()
            #expect(isUp, "\(prometheus.output)")
            #expect(hasTurn, "\(prometheus.output)")
            #expect(rules.map { String(decoding: $0, as: UTF8.self).contains("YuyanDown") } == true)
        }
    }

    @Test(.enabled(if: tool("promtool") != nil, "dev/setup --tests brings promtool"))
    func `promtool accepts the alert rules and the example`() async throws {
        let promtool = try #require(Self.tool("promtool"))
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("rules-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        for arguments in [["check", "rules", "alerts.yaml"], ["test", "rules", "alerts-test.yaml"]] {
            let check = try RunningProgram(
                "/bin/sh",
                ["-c", "cd \"$0\" && exec \"$@\"", "\(RunningProgram.root)/deploy", promtool] + arguments,
                directory: folder)
            #expect(await check.finish(within: .seconds(20)) == 0, "\(check.output)")
        }
    }
}
