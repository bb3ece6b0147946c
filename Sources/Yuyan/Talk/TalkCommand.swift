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

    @Flag(name: .long, help: "After each turn show what took how long, from the server's flight recorder.")
    var trace = false

    @Option(name: .long, help: "The owner's token for --trace; else data/.owner_token of this directory.")
    var ownerToken: String?

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
        let tracer = try tracer(client)
        let before = try await tracer?.last()?.turn
        try await WebSocketDeviceTransport.withConnection(to: address, deviceID: deviceID) { transport in
            let device = VirtualDevice(transport: transport, version: address.version) { printer.show($0) }
            try await device.connect()
            var traced = before
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
                if let tracer {
                    let trace = try await tracer.next(after: traced)
                    traced = trace.turn
                    printer.show(trace)
                }
            }
        }
    }

    private func tracer(_ client: WebClient) throws -> TurnTracer? {
        guard trace else { return nil }
        guard let token = ownerToken ?? TurnTracer.token(in: ".") else {
            throw TalkError.noTrace("--trace needs --owner-token, or data/.owner_token in this directory")
        }
        guard let tracer = TurnTracer(client: client, ota: ota, token: token, deviceID: deviceID) else {
            throw TalkError.noTrace("\(ota) is no address")
        }
        return tracer
    }
}

/// Why `talk` fails although the server answered.
enum TalkError: Error, CustomStringConvertible {
    case noAudio
    case unreadableWAV(path: String, reason: String)
    case badOTA(String)
    case noTrace(String)

    var description: String {
        switch self {
        case .noAudio: "the answer held no audio"
        case .unreadableWAV(let path, let reason): "\(path) cannot be spoken: \(reason)"
        case .badOTA(let reason), .noTrace(let reason): reason
        }
    }
}
