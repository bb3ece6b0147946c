import Foundation
import JSON
import Testing
import VoiceAPI
import WebClient

/// The real program, watched as an operator watches it.
@Suite(.serialized) struct WatchTests {
    private static let device = "02:00:00:00:00:07"

    /// The value of a sample in Prometheus' text.
    private func sample(_ name: String, in text: String) -> Double? {
        text.split(separator: "\n").first { $0.hasPrefix("\(name) ") }?.split(separator: " ").last
            .flatMap { Double($0) }
    }

    @Test func `a turn is seen in the metrics, in the flight recorder and by talk`() async throws {
        try await ServerProgram.run { server in
            let (status, output) = try await server.talk([
                "--text", "what time is it", "--text", "tell me a joke", "--device-id", Self.device, "--trace",
                "--owner-token", server.token,
            ])
            #expect(status == 0, "\(output)")
            // A waterfall for each turn, with the stages by provider.
            #expect(output.components(separatedBy: "turn ").filter { $0.contains("device \(Self.device)") }.count == 2)
            for stage in ["llm", "tts", "playout"] {
                #expect(output.components(separatedBy: "\n\(stage) ").count == 3, "\(stage)")
            }
            #expect(output.contains("Espeak"))
            #expect(output.contains("time_to_first_audio") || output.contains("first_frame +"))

            let metrics = String(decoding: try await server.get("/metrics"), as: UTF8.self)
            #expect(sample("yuyan_turns_total{ending=\"completed\"}", in: metrics) == 2)
            #expect(sample("yuyan_connections_opened_total", in: metrics) == 1)
            #expect(sample("yuyan_connections_active", in: metrics) == 0)
            #expect(sample("yuyan_connections_closed_total{reason=\"device_left\"}", in: metrics) == 1)
            #expect(sample("yuyan_turns_active", in: metrics) == 0)
            #expect(try #require(sample("yuyan_frames_sent_total", in: metrics)) > 10)
            #expect(sample("yuyan_frames_received_total", in: metrics) == 0)
            #expect(sample("yuyan_provider_calls_total{provider=\"OfflineSkills\",kind=\"llm\"}", in: metrics) == 2)
            #expect(metrics.contains("yuyan_queue_depth{queue=\"outbox\"} 0"))
            #expect(metrics.contains("yuyan_build_info{version="))
            #expect(metrics.contains("yuyan_scheduling_delay_seconds_count"))
            #expect(!metrics.contains(Self.device))

            let turns = try await server.json("/api/turns?device=\(Self.device)&limit=1")["turns"]?.array
            #expect(turns?.count == 1)
            let turn = try #require(turns?.first)
            #expect(turn["ending"]?.string == "completed")
            #expect(turn["device_id"]?.string == Self.device)
            let stages = turn["spans"]?.array?.compactMap { $0["stage"]?.string } ?? []
            #expect(stages.contains("llm") && stages.contains("tts") && stages.contains("playout"))
            // What was said is private.
            #expect(turn["user_text"] == nil)
            #expect(try await server.json("/api/turns?device=nobody")["turns"]?.array?.isEmpty == true)
        }
    }

    @Test func `a connected device, the loops and the queues of a running server are measured`() async throws {
        try await ServerProgram.run { server in
            // No Device-Id, so no session.
            var request = WebRequest(method: "GET", url: "http://127.0.0.1:\(server.port)/xiaozhi/v1/")
            request.headers.append(("Upgrade", "websocket"))
            await #expect(throws: ProviderError.self) { try await server.client.send(request, provider: "server") }

            // Long enough to be seen by two sweeps, which come each five seconds.
            let words = [[String]](repeating: ["--say", "tell me a joke"], count: 8).flatMap { $0 }
            async let talk = server.talk(words)
            func read() async throws -> String { String(decoding: try await server.get("/metrics"), as: UTF8.self) }
            let wasSwept = try await eventually(within: .seconds(40)) {
                let metrics = try await read()
                return [
                    "yuyan_connections_memory_bytes", "yuyan_connection_memory_max_bytes",
                    "yuyan_connection_cpu_max_ratio",
                ].allSatisfy { sample($0, in: metrics) ?? 0 > 0 }
            }
            let metrics = try await read()
            #expect(wasSwept, "\(metrics)")
            #expect(sample("yuyan_connections_refused_total{reason=\"missing_device_id\"}", in: metrics) == 1)
            #expect(sample("yuyan_event_loop_delay_seconds_count{loop=\"0\"}", in: metrics) ?? 0 > 0)
            #expect(sample("yuyan_vad_run_seconds_count{provider=\"SileroVAD\"}", in: metrics) ?? 0 > 0)
            let queues = metrics.matches(of: /yuyan_queue_depth{queue="([a-z_]+)"}/).map { String($0.output.1) }
            #expect(Set(queues).isSuperset(of: ["journal", "detector", "worker_pool", "outbox"]))
            #expect(metrics.contains("yuyan_journal_turns_total{outcome=\"failed\"} 0"))
            let page = try String(contentsOfFile: "\(RunningProgram.root)/docs/operations.md", encoding: .utf8)
            for queue in queues { #expect(page.contains("`\(queue)`"), "\(queue)") }
            _ = try await talk
        }
    }

    @Test func `transcripts are kept when the owner says so`() async throws {
        try await ServerProgram.run("log:\n  transcripts: true") { server in
            _ = try await server.talk(["--text", "what time is it", "--device-id", Self.device])
            let turn = try await server.json("/api/turns")["turns"]?.array?.first
            #expect(turn?["user_text"]?.string == "what time is it")
        }
    }

    @Test(arguments: ["/metrics", "/api/turns", "/api/alerts"])
    func `nobody reads them without the token, and they are only read`(path: String) async throws {
        try await ServerProgram.run { server in
            await #expect(throws: ProviderError.self) { try await server.get(path, token: "wrong") }
            var request = WebRequest(method: "POST", url: "http://127.0.0.1:\(server.httpPort)\(path)")
            request.authorize(with: server.token)
            await #expect(throws: ProviderError.self) { try await server.client.send(request, provider: "server") }
            await #expect(throws: ProviderError.self) { try await server.get("/api/turns?limit=0") }
            await #expect(throws: ProviderError.self) { try await server.get("/api/turns?format=xml") }
            _ = try await server.get(path)
        }
    }

    /// A service that refuses everybody and, like some real ones, tells the key it did not like.
    private static let tactless = """
        import http.server, json, sys
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                self.rfile.read(int(self.headers.get("content-length", 0)))
                key = self.headers.get("authorization", "").removeprefix("Bearer ")
                body = json.dumps({"error": {"message": "wrong key: " + key + " for " + self.path}}).encode()
                self.send_response(401)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            def log_message(self, *arguments): pass
        http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
        """

    @Test func `an alert is raised, sent, listed and logged, and no log line holds a secret`() async throws {
        let canaries = ["canary-owner-token-31415926", "canary-llm-key-2718", "canary-plugin-token-1618"]
        let hook = freePort()
        let service = try RunningProgram(
            "/usr/bin/env", ["python3", "-c", Self.tactless, "\(hook)"],
            directory: FileManager.default.temporaryDirectory.path)
        defer { service.kill() }
        let configuration = """
            log:
              log_level: trace
            alerts:
              webhook: http://127.0.0.1:\(hook)/alert?token=\(canaries[2])
              backlog: 0
              error_rate: 0.5
              interval: 0.1
              window: 60
              raise_after: 2
            telemetry:
              otlp_endpoint: http://127.0.0.1:\(hook)
            selected_module:
              LLM: [Gone]
            LLM:
              Gone:
                type: openai
                base_url: http://127.0.0.1:\(hook)/v1
                api_key: \(canaries[1])
                model_name: m
            """
        try await ServerProgram.run(configuration, token: canaries[0]) { server in
            for _ in 0..<3 {
                _ = try await server.talk(["--text", "hello", "--device-id", Self.device])
            }
            let isFiring = try await eventually(within: .seconds(10)) {
                try await server.json("/api/alerts")["alerts"]?.array?.contains {
                    $0["alert"]?.string == "error_rate" && $0["state"]?.string == "firing"
                } == true
            }
            #expect(isFiring)
            let history = try await server.json("/api/alerts")["history"]?.array ?? []
            #expect(history.count == 1)
            #expect(history.first?["value"]?.double ?? 0 >= 0.5)
            let wasTried = await eventually(within: .seconds(15)) { server.output.contains("could not be sent") }
            #expect(wasTried)

            let lines = server.output.split(separator: "\n").filter { $0.hasPrefix("{") }
            let events = lines.compactMap { try? JSON(parsing: String($0)) }
            #expect(events.count == lines.count)
            let alert = events.first { $0["message"]?.string == "an alert was raised" }
            #expect(alert?["alert"]?.string == "error_rate")
            #expect(alert?["component"]?.string == "alerts")
            #expect(alert?["level"]?.string == "warning")
            let failure = events.first { $0["message"]?.string == "the language model failed" }
            #expect(failure?["device_id"]?.string == Self.device)
            #expect(failure?["session_id"]?.string?.isEmpty == false)
            #expect(failure?["turn_id"]?.string == "1")
            #expect(failure?["component"]?.string == "conversation")
            for canary in canaries { #expect(!server.output.contains(canary)) }
            // The complaint, with a key too short to be masked by its looks, was about to be logged.
            #expect(
                failure?["error"]?.string?.contains("wrong key: [redacted]") == true,
                "\(failure?.description ?? server.output)")
            #expect(server.output.contains("traces cannot be sent"))
            let metrics = String(decoding: try await server.get("/metrics"), as: UTF8.self)
            #expect(sample("yuyan_provider_errors_total{provider=\"Gone\",code=\"unauthorized\"}", in: metrics) == 3)
            #expect(sample("yuyan_alerts_active", in: metrics) == 1)
        }
    }
}
