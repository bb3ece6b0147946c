import Flow
import Foundation
import Audio
import Conversation
import DeviceProtocol
import Gateway
import Logging
import ServiceLifecycle
import Settings
import Testing
import VoiceAPI
import VoiceTesting
import WebClient

@testable import Yuyan

/// Real sockets, real Silero, PocketSphinx, espeak-ng and Opus: what a household gets without a key or a network.
@Suite(.serialized) struct FirstConversationTests {
    static let ownerToken = "the-owner's-token"

    /// Runs a whole server on free ports for the length of `body`.
    func withServer<Result: Sendable>(
        _ yaml: String = "", _ body: @escaping @Sendable (GatewayPorts) async throws -> Result
    ) async throws -> Result {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let folder = FileManager.default.temporaryDirectory.appending(path: "yuyan-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: "\(folder)/data", withIntermediateDirectories: true)
        try Data(yaml.utf8).write(to: URL(filePath: "\(folder)/data/.config.yaml"))
        let settings = ConfigurationLoader.load(directory: folder, environment: [:]).settings
        let parts = try await ServerParts(settings: settings, directory: folder, logger: logger)
        var configuration = GatewayConfiguration()
        configuration.host = "127.0.0.1"
        configuration.webSocketPort = 0
        configuration.httpPort = nil
        let (running, announce) = AsyncStream.makeStream(of: GatewayPorts.self, bufferingPolicy: .bufferingNewest(1))
        let gateway = GatewayServer(
            configuration: configuration, authenticator: DeviceAuthenticator(key: "key", isEnabled: true),
            logger: logger, owner: OwnerAccess(token: Self.ownerToken, handlers: parts.ownerHandlers),
            onRunning: { announce.yield($0) },
            sessionHandler: { identity, inputs, connection in
                let session = Session(
                    id: "end-to-end", identity: identity, connection: connection, live: parts.live,
                    clock: SessionClock(ContinuousClock()), logger: logger)
                await parts.directory.serve(session, inputs)
            })
        let group = ServiceGroup(configuration: .init(services: parts.services + [gateway], logger: logger))
        async let served: Void = group.run()
        var ports = running.makeAsyncIterator()
        guard let bound = await ports.next() else { throw CancellationError() }
        let result: Swift.Result<Result, any Error>
        do { result = .success(try await body(bound)) } catch { result = .failure(error) }
        await group.triggerGracefulShutdown()
        try await served
        await parts.shutdown()
        return try result.get()
    }

    private func converse<Result: Sendable>(
        _ yaml: String = "", _ body: @escaping @Sendable (VirtualDevice) async throws -> Result
    ) async throws -> Result {
        try await withServer(yaml) { ports in try await withDevice(ports, body) }
    }

    /// Brings a device to a running server.
    func withDevice<Result: Sendable>(
        _ ports: GatewayPorts, _ body: @escaping @Sendable (VirtualDevice) async throws -> Result
    ) async throws -> Result {
        let client = WebClient()
        let http = try #require(ports.http)
        let address = try await OTARequester(client: client, deviceID: "02:00:00:00:00:01")
            .request("http://127.0.0.1:\(http)/xiaozhi/ota/")
        try await client.shutdown()
        #expect(!address.token.isEmpty)
        return try await WebSocketDeviceTransport.withConnection(to: address, deviceID: "02:00:00:00:00:01") {
            transport in
            let device = VirtualDevice(transport: transport, version: address.version)
            try await device.connect()
            return try await body(device)
        }
    }

    @Test(arguments: [
        ("what time is it", "It is"), ("tell me a joke", ""), ("what can you do", "I can tell you the time"),
    ])
    func `a spoken question is heard word for word and answered with speech`(question: String, beginning: String)
        async throws
    {
        let exchange = try await converse { device in try await device.say(try await Microphone.speak(question)) }
        #expect(exchange.heard == question)
        #expect(exchange.isWhole)
        #expect(exchange.answer.joined(separator: " ").hasPrefix(beginning))
        // At least a second of something as loud as speech.
        #expect(exchange.audio.count > VirtualDevice.playbackRate)
        #expect(SpeechLevel.rms(exchange.audio) > 300)
    }

    @Test func `push-to-talk works the same way`() async throws {
        let exchange = try await converse { device in
            try await device.say(try await Microphone.speak("what is the date"), mode: .manual)
        }
        #expect(exchange.heard == "what is the date")
        #expect(exchange.answer.first?.hasPrefix("Today is") == true)
    }

    @Test func `typed Chinese is answered aloud in Chinese`() async throws {
        let exchange = try await converse { device in try await device.type("三加五等于几") }
        #expect(exchange.heard == "三加五等于几")
        #expect(exchange.answer == ["等于8。"])
        #expect(SpeechLevel.rms(exchange.audio) > 300)
    }

    @Test func `the device's own tools are used by voice`() async throws {
        let (exchanges, state) = try await converse { device in
            var exchanges: [VirtualDevice.Exchange] = []
            for command in ["set the volume to fifty percent", "turn on the light"] {
                exchanges.append(try await device.say(try await Microphone.speak(command)))
            }
            return (exchanges, device.toolbox.state)
        }
        #expect(exchanges.map(\.heard) == ["set the volume to fifty percent", "turn on the light"])
        #expect(exchanges.map(\.answer) == [["Okay, volume 50 percent."], ["Okay, the light is on."]])
        #expect(state.volume == 50)
        #expect(state.isLampOn)
        #expect(state.calls == ["self.audio_speaker.set_volume", "self.lamp.turn_on"])
    }

    @Test func `a timer is set by voice and speaks when it is due`() async throws {
        let (set, due) = try await converse { device in
            let set = try await device.say(try await Microphone.speak("set a timer for three seconds"))
            return (set, try await device.listen(limit: .seconds(20)))
        }
        #expect(set.heard == "set a timer for three seconds")
        #expect(set.isWhole)
        #expect(due.isWhole)
        #expect(due.answer.joined(separator: " ").lowercased().contains("time"))
        #expect(SpeechLevel.rms(due.audio) > 300)
    }

    @Test func `several turns follow each other on one connection, and goodbye ends it`() async throws {
        let exchanges = try await converse { device in
            var exchanges: [VirtualDevice.Exchange] = []
            for question in ["hello there", "what time is it", "goodbye"] {
                exchanges.append(try await device.say(try await Microphone.speak(question)))
            }
            return exchanges
        }
        #expect(exchanges.map(\.heard) == ["hello there", "what time is it", "goodbye"])
        for exchange in exchanges {
            let isWhole = exchange.isWhole
            #expect(isWhole, "\(exchange.heard)")
            let packets = exchange.packets
            #expect(packets > 10, "\(exchange.heard)")
        }
    }

    @Test func `every first choice is down, and the person is heard and answered all the same`() async throws {
        let down = "http://127.0.0.1:1/v1"
        let exchange = try await converse(
            """
            selected_module: {ASR: [DownASR, PocketSphinx], LLM: [DownLLM, OfflineSkills], TTS: [DownTTS, Espeak]}
            ASR: {DownASR: {type: openai, base_url: "\(down)"}}
            LLM: {DownLLM: {type: openai, base_url: "\(down)"}}
            TTS: {DownTTS: {type: openai, api_url: "\(down)"}}
            """
        ) { device in try await device.say(try await Microphone.speak("what time is it")) }
        #expect(exchange.heard == "what time is it")
        #expect(exchange.isWhole)
        #expect(exchange.answer.joined(separator: " ").hasPrefix("It is"))
        #expect(SpeechLevel.rms(exchange.audio) > 300)
    }

    @Test func `nothing is left to answer, and the person hears an apology`() async throws {
        let exchange = try await converse(
            """
            selected_module: {LLM: DownLLM}
            LLM: {DownLLM: {type: openai, base_url: "http://127.0.0.1:1/v1"}}
            """
        ) { device in try await device.type("what time is it") }
        #expect(exchange.isWhole)
        #expect(exchange.answer.first?.hasPrefix("Sorry") == true)
        #expect(SpeechLevel.rms(exchange.audio) > 300)
    }
}
