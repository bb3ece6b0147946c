import Flow
import Audio
package import Conversation
package import DeviceProtocol
package import JSON
import Logging
import VoiceAPI

/// One device in conversation with one session in simulated time, with fakes for every provider: whole turns without a
/// socket, in microseconds of real time.
package final class SimulatedConversation {
    package static let deviceID = "aa:bb:cc:dd:ee:ff"

    package let simulation = Simulation()
    package let device: InProcessDevice
    package let recognizer: FakeRecognizer
    package let model: FakeModel
    package let voice: FakeVoice
    package let reports = ReportLog()
    /// Where the session is found while it serves.
    package let directory = SessionDirectory()
    /// What the next turn begins with.
    package let live: LiveConversing
    private var encoder: OpusEncoder
    /// How long what the device says is to have waited in a server that does not keep up.
    package var uplinkAge = Duration.zero
    /// How its audio is framed, both ways.
    private var framing = BinaryProtocolVersion.v1
    /// Milliseconds of audio in each uplink packet.
    private let frame = 60

    /// - Parameters:
    ///   - hear: what the recognizer does, utterance by utterance.
    ///   - answer: what the model does, call by call.
    ///   - speak: what the voice does, sentence by sentence.
    ///   - prepare: changes the settings and providers before the session starts.
    package init(
        hear: [FakeRecognizer.Behaviour] = [.hear("hello there")],
        answer: [[FakeModel.Step]] = [[.say("Hi, nice to meet you.")]],
        speak: [FakeVoice.Behaviour] = [.speak(.milliseconds(900))],
        prepare: (inout SessionSettings, inout Providers) -> Void = { _, _ in }
    ) throws {
        let (simulation, reports) = (simulation, reports)
        let clock = simulation.clock
        device = InProcessDevice { simulation.now }
        recognizer = FakeRecognizer(hear, clock: clock)
        model = FakeModel(answer, clock: clock)
        voice = FakeVoice(speak, clock: clock)
        encoder = try OpusEncoder(sampleRate: 16_000, frameDuration: frame, complexity: 0)
        var settings = SessionSettings()
        settings.endpointing.minimumSilence = 200
        var providers = Providers(
            detector: FakeDetector(), recognizer: recognizer, model: model, voice: voice)
        prepare(&settings, &providers)
        live = LiveConversing(settings: settings, providers: providers)
        try connect(device, id: "session-1") { reports.close() }
    }

    /// The same device connects once more, or another one beside it.
    ///
    /// - Returns: the new connection, on which nothing has been said yet.
    package func connectAgain(as deviceID: String = SimulatedConversation.deviceID) throws -> InProcessDevice {
        let (simulation, again) = (simulation, InProcessDevice { [simulation] in simulation.now })
        try connect(again, id: "session-2", deviceID: deviceID) {}
        simulation.settle()
        return again
    }

    private func connect(
        _ device: InProcessDevice, id: String, deviceID: String = SimulatedConversation.deviceID,
        atEnd: @escaping @Sendable () -> Void
    ) throws {
        let (reports, directory, clock) = (reports, directory, SessionClock(simulation.clock))
        let session = Session(
            id: id, identity: DeviceIdentity(deviceID: deviceID, clientID: "client"),
            connection: device, live: live, clock: clock,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            observer: { reports.append($0) }, events: { reports.append($0) })
        simulation.start {
            await directory.serve(session, device.inputs)
            atEnd()
        }
        simulation.start { await device.keepAlarm(clock) }
        simulation.settle()
    }

    /// Hello, then `listen start`.
    package func open(
        mode: String = "auto", features: JSON = ["mcp": false], framing: BinaryProtocolVersion = .v1
    ) {
        self.framing = framing
        send([
            "type": "hello", "version": .integer(Int64(framing.rawValue)), "transport": "websocket",
            "features": features,
        ])
        send(["type": "listen", "state": "start", "mode": .string(mode)])
    }

    package func send(_ message: JSON) {
        device.send(text: message.description)
        simulation.settle()
    }

    /// The person speaks for so long, in real (simulated) time.
    package func speak(_ milliseconds: Int) throws { try stream(milliseconds, TestSound.buzz) }

    /// The room is quiet for so long; the device keeps sending.
    package func pause(_ milliseconds: Int) throws { try stream(milliseconds, TestSound.silence) }

    private func stream(_ milliseconds: Int, _ sound: (Duration, Int) -> AudioFrame) throws {
        for _ in 0..<(milliseconds / frame) {
            let samples = sound(.milliseconds(frame), 16_000).samples
            let packet = AudioPacket(payload: try encoder.encode(samples)[...])
            device.send(packet: framing.encode(packet), age: uplinkAge)
            simulation.advance(by: .milliseconds(frame))
        }
    }

    /// A whole utterance and the silence that ends it.
    package func say(milliseconds: Int = 900) throws {
        try speak(milliseconds)
        try pause(600)
    }

    /// Lets time pass until the reply is over.
    @discardableResult
    package func finishReply(within limit: Duration = .seconds(120)) -> Bool {
        let stops = count(of: "stop")
        return simulation.advance(upTo: limit, step: .milliseconds(20)) { self.count(of: "stop") > stops }
    }

    // MARK: - What came back

    /// A message or an audio packet, with the time it left the session.
    package enum Event: Equatable {
        case message(JSON)
        case audio(Int)
    }

    package var events: [(time: Duration, event: Event)] {
        device.received.map { received in
            switch received.frame {
            case .text(let bytes): (received.time, .message((try? JSON(parsing: bytes)) ?? .null))
            case .binary(let bytes): (received.time, .audio(bytes.count))
            }
        }
    }

    /// The kinds of what came back, runs of audio as one: `["hello", "stt", "start", "sentence_start", "audio", "stop"]`.
    package var outline: [String] {
        var outline: [String] = []
        for (_, event) in events {
            let kind =
                switch event {
                case .message(let json): json["state"]?.string ?? json["type"]?.string ?? "?"
                case .audio: "audio"
                }
            if kind != "audio" || outline.last != "audio" { outline.append(kind) }
        }
        return outline
    }

    package func messages(_ kind: String) -> [(time: Duration, json: JSON)] {
        events.compactMap { time, event in
            guard case .message(let json) = event else { return nil }
            return json["state"]?.string == kind || (json["state"] == nil && json["type"]?.string == kind)
                ? (time, json) : nil
        }
    }

    /// The audio as it came, in its frames.
    package var audioFrames: [[UInt8]] {
        device.received.compactMap { if case .binary(let bytes) = $0.frame { bytes } else { nil } }
    }

    package var audioTimes: [Duration] {
        events.compactMap { if case .audio = $0.event { $0.time } else { nil } }
    }

    package func count(of kind: String) -> Int { messages(kind).count }
}
