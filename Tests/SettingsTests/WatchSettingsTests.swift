import Foundation
import Settings
import Testing

/// The sections `alerts`, `telemetry` and `log`, and what counts as a secret.
@Suite struct WatchSettingsTests {
    private func load(_ yaml: String) throws -> ConfigurationLoader.Result {
        let folder = FileManager.default.temporaryDirectory.appending(path: "settings-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder.appending(path: "data"), withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(yaml.utf8).write(to: folder.appending(path: "data/.config.yaml"))
        return ConfigurationLoader.load(directory: folder.path, environment: [:])
    }

    @Test func `thresholds come from the configuration, and 0 turns one off`() throws {
        let shipped = try load("").settings
        #expect(Set(shipped.alerts.limits.keys) == ["connections", "first_audio_p95_ms", "error_rate", "backlog"])
        #expect(shipped.alerts.webhook == nil)
        #expect(shipped.logFormat == "auto")
        #expect(!shipped.keepsTranscripts)
        #expect(shipped.otlpEndpoint == nil)
        let result = try load(
            """
            alerts: {webhook: "http://h/x", connections: 7, backlog: 0, interval: 0.5, raise_after: 2, clear_at: 0.5}
            telemetry: {otlp_endpoint: "http://h:4318", turns_per_device: 3}
            log: {log_format: json, transcripts: true}
            """)
        #expect(result.problems.isEmpty)
        let settings = result.settings
        #expect(settings.alerts.limits["connections"] == 7)
        #expect(settings.alerts.limits["backlog"] == nil)
        #expect(settings.alerts.limits["error_rate"] == 0.2)
        #expect(settings.alerts.webhook == "http://h/x")
        #expect(settings.alerts.interval == 0.5)
        #expect(settings.alerts.raiseAfter == 2)
        #expect(settings.alerts.clearAt == 0.5)
        #expect(settings.otlpEndpoint == "http://h:4318")
        #expect(settings.turnsPerDevice == 3)
        #expect(settings.logFormat == "json")
        #expect(settings.keepsTranscripts)
    }

    @Test func `what one session may take is configured beside who may come in`() throws {
        let shipped = try load("").settings.limits
        #expect(shipped == LimitSettings())
        #expect((shipped.memoryMegabytes, shipped.queuedAudio, shipped.cpuShare) == (50, 1000, 0.8))
        let result = try load("server: {limits: {memory_mb: 5, queued_audio: 10, cpu_share: 0.25}}")
        #expect(result.problems.isEmpty)
        let limits = result.settings.limits
        #expect((limits.memoryMegabytes, limits.queuedAudio, limits.cpuShare) == (5, 10, 0.25))
        #expect(limits.connections == 10_000)
        for wrong in ["memory_mb: 0", "queued_audio: -1", "cpu_share: 80"] {
            #expect(try load("server: {limits: {\(wrong)}}").isInvalid, "\(wrong)")
        }
    }

    @Test func `an error rate above one is a mistake, and the reference's log format is none`() throws {
        #expect(try load("alerts: {error_rate: 20}").isInvalid)
        let reference = try load("log: {log_format: \"<green>{time}</green>\"}")
        #expect(reference.problems.isEmpty)
        #expect(reference.settings.logFormat == "auto")
    }

    @Test func `every key, token and password is known, wherever it stands, and nothing else`() throws {
        let secrets = try load(
            """
            server: {owner_token: owner-canary}
            mcp_endpoint: wss://h/mcp/?token=endpoint-canary&x=y
            LLM: {Mine: {type: openai, api_key: llm-canary, model_name: not-secret}}
            plugins: {home_assistant: {tokens: [list-canary], deep: {password: deep-canary}}}
            """
        ).settings.secrets
        for canary in ["owner-canary", "endpoint-canary", "llm-canary", "list-canary", "deep-canary"] {
            #expect(secrets.contains(canary))
        }
        #expect(!secrets.contains("not-secret"))
        #expect(!secrets.contains("openai"))
    }
}
