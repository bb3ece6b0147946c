import FaultInjection
import FoundationEssentials
import Settings
import Testing
import WebClient

@testable import Yuyan

@Suite(.timeLimit(.minutes(1))) struct DoctorTests {
    private func settings(_ yaml: String) throws -> ServerSettings {
        let folder = FileManager.default.temporaryDirectory.appending(path: "yuyan-\(UUID().uuidString)").path()
        try FileManager.default.createDirectory(atPath: "\(folder)/data", withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data(yaml.utf8).write(to: URL(filePath: "\(folder)/data/.config.yaml"))
        return ConfigurationLoader.load(directory: folder, environment: [:]).settings
    }

    @Test func `a port that another program holds is an error with the key that moves it`() async throws {
        try await FaultProxy.run(target: 1) { other in
            let settings = try settings("server: {ip: 127.0.0.1, port: \(other.port), http_port: 0}")
            let findings = await MachineCheck(settings: settings, directory: "/tmp").findings()
            let port = findings.first { $0.subject == "WebSocket port" }
            #expect(port?.verdict == .bad)
            #expect(port?.remedy?.contains("server.port") == true)
            #expect(findings.first { $0.subject == "voice activity model" }?.verdict == .good)
            #expect(findings.first { $0.subject == "embedded voice" }?.verdict == .good)
        }
    }

    @Test func `a provider that cannot be reached is an error with its address, and its key is not shown`() async throws
    {
        let settings = try settings(
            """
            selected_module: {LLM: MyLLM}
            LLM: {MyLLM: {type: openai, base_url: "http://127.0.0.1:1/v1", api_key: sk-canary-0123456789}}
            """)
        let client = WebClient()
        let findings = await ProviderCheck(settings: settings, client: client).findings()
        try await client.shutdown()
        #expect(findings.map(\.subject) == ["LLM.MyLLM"])
        #expect(findings.first?.verdict == .bad)
        #expect(findings.first?.line.contains("127.0.0.1:1") == true)
        #expect(findings.first?.line.contains("canary") == false)
    }
}
