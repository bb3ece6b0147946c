import ArgumentParser
import DeviceProtocol
import EspeakProvider
import VoiceAPI
import VoiceTesting
import WebClient

/// `yuyan talk`: a virtual device to speak to a server with.
struct TalkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "talk",
        abstract: "Speak to a server as a device does, and hear its answer.",
        discussion: """
            Without --say, --wav or --text it asks for a line each time; the line is spoken by espeak-ng. The answer is \
            written to a WAV file. The exit status is 0 when every turn was whole.
            """)

    @Option(name: .long, help: "Words to speak; may be repeated for several turns in one conversation.")
    var say: [String] = []

    @Option(name: .long, help: "A WAV file to speak; may be repeated.")
    var wav: [String] = []

    @Option(name: .long, help: "Words to type instead of speaking; may be repeated.")
    var text: [String] = []

    @Option(name: .long, help: "The server's OTA address.")
    var ota = "http://127.0.0.1:8003/xiaozhi/ota/"

    @Option(name: .long, help: "auto, manual (push-to-talk) or realtime.")
    var mode = "auto"

    @Option(name: .long, help: "Where the answer is written; several turns follow each other.")
    var out = "reply.wav"

    @Option(name: .long, help: "The device id to present.")
    var deviceID = "02:00:00:ad:be:ef"

    @Flag(name: .long, help: "One JSON object per turn on standard output.")
    var json = false

    func validate() throws {
        if ListenMode(rawValue: mode) == nil {
            throw ValidationError("--mode is auto, manual or realtime, not \(mode)")
        }
    }

    func run() async throws {
        let printer = TalkPrinter(asJSON: json)
        let turns = TalkScript(say: say, wav: wav, text: text)
        let client = WebClient()
        var failure: (any Error)?
        do {
            try await talk(turns, printer: printer, client: client)
        } catch {
            failure = error
        }
        try? await client.shutdown()
        if let failure {
            printer.fail(failure)
            throw ExitCode.failure
        }
    }

    private func talk(_ script: TalkScript, printer: TalkPrinter, client: WebClient) async throws {
        let address = try await OTARequester(client: client, deviceID: deviceID).request(ota)
        printer.found(address)
        let recording = ReplyRecording(path: out)
        defer { recording.save() }
        let mode = ListenMode(rawValue: mode) ?? .auto
        try await WebSocketDeviceTransport.withConnection(to: address, deviceID: deviceID) { transport in
            let device = VirtualDevice(transport: transport, version: address.version) { printer.show($0) }
            try await device.connect()
            for try await turn in script.turns(prompt: printer.prompt) {
                let exchange: VirtualDevice.Exchange
                switch turn {
                case .type(let words): exchange = try await device.type(words)
                case .speak(let sound): exchange = try await device.say(sound, mode: mode)
                }
                recording.append(exchange.audio)
                printer.finish(turn: exchange, asked: turn, recording: out)
                guard exchange.isWhole else { throw VirtualDeviceError.serverLeft }
                if exchange.packets == 0 { throw TalkError.noAudio }
            }
        }
    }
}

/// Why `talk` fails although the server answered.
enum TalkError: Error, CustomStringConvertible {
    case noAudio
    case unreadableWAV(path: String, reason: String)
    case badOTA(String)

    var description: String {
        switch self {
        case .noAudio: "the answer held no audio"
        case .unreadableWAV(let path, let reason): "\(path) cannot be spoken: \(reason)"
        case .badOTA(let reason): reason
        }
    }
}
