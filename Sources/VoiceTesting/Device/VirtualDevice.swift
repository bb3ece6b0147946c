import Audio
import Conversation
package import DeviceProtocol
package import JSON
package import VoiceAPI

/// A board made of software: it says hello, listens, streams Opus in real time and plays what comes back, the way the
/// ESP32 firmware does (docs/protocol.md). `yuyan talk`, the bench and the end-to-end tests are made with it.
package actor VirtualDevice {
    /// What a person sitting before the device sees and hears.
    package enum Event: Sendable, Equatable {
        case connected(sessionID: String)
        /// What the server understood.
        case heard(String)
        case emotion(String)
        /// A sentence of the answer, as it begins to play.
        case answered(String)
        /// From the last of the person's words to the first sound of the answer.
        case firstAudio(after: Duration)
        case replyEnded
        /// The server called one of the device's own tools.
        case toolCalled(String)
    }

    /// What one exchange brought.
    package struct Exchange: Sendable {
        package var heard = ""
        package var answer: [String] = []
        package var emotion: String?
        /// The answer as 24 kHz mono samples.
        package var audio: [Int16] = []
        /// Opus packets received.
        package var packets = 0
        /// From the last of the person's words to the first sound of the answer.
        package var timeToFirstAudio: Duration?
        /// From the end of the person's words to the transcript.
        package var timeToTranscript: Duration?
        /// `tts stop` arrived: the turn is whole.
        package var isWhole = false
        /// The server ended the connection.
        package var serverLeft = false
    }

    /// Uplink frame length of the firmware.
    private static let frame = Duration.milliseconds(60)
    /// Downlink rate that the device asks its decoder for.
    package static let playbackRate = 24_000

    private let transport: any DeviceTransport
    private let clock = ContinuousClock()
    private let version: BinaryProtocolVersion
    private let onEvent: @Sendable (Event) -> Void
    private var sessionID = ""
    /// The device's own tools.
    package nonisolated let toolbox = DeviceToolbox()
    private var isSpeaking = false

    /// - Parameters:
    ///   - version: the binary framing the OTA answer asked for.
    ///   - onEvent: called as things happen; must not block.
    package init(
        transport: any DeviceTransport, version: BinaryProtocolVersion = .v1,
        onEvent: @escaping @Sendable (Event) -> Void = { _ in }
    ) {
        self.transport = transport
        self.version = version
        self.onEvent = onEvent
    }

    /// Says hello and waits for the server's.
    ///
    /// - Throws: `VirtualDeviceError.noHello` after ten seconds, as a board gives up.
    package func connect() async throws {
        try await send([
            "type": "hello", "version": .integer(Int64(version.rawValue)), "transport": "websocket",
            "features": ["mcp": true],
            "audio_params": ["format": "opus", "sample_rate": 16000, "channels": 1, "frame_duration": 60],
        ])
        sessionID = try await withDeadline(.seconds(10), VirtualDeviceError.noHello) {
            while let frame = try await self.transport.receive() {
                guard case .text(let bytes) = frame, let json = try? JSON(parsing: bytes) else { continue }
                if try await self.answerTool(json) { continue }
                if json["type"] == "hello" { return json["session_id"]?.string ?? "" }
            }
            throw VirtualDeviceError.serverLeft
        }
        onEvent(.connected(sessionID: sessionID))
    }

    /// Types words instead of speaking them.
    package func type(_ text: String, limit: Duration = .seconds(60)) async throws -> Exchange {
        try await send(["type": "listen", "state": "detect", "text": .string(text)])
        let asked = clock.now
        return try await withDeadline(limit, VirtualDeviceError.noAnswer) {
            try await self.receiveReply(wordsEnded: { asked })
        }
    }

    /// Speaks, in real time, and listens to the answer.
    ///
    /// - Parameters:
    ///   - speech: 16 kHz mono.
    ///   - mode: how the end of the words is found; in `manual` the device says `listen stop`.
    ///   - limit: patience for the whole answer.
    package func say(
        _ speech: AudioFrame, mode: ListenMode = .auto, limit: Duration = .seconds(60)
    ) async throws -> Exchange {
        precondition(speech.sampleRate == VoiceActivity.sampleRate, "a device speaks 16 kHz")
        try await send(["type": "listen", "state": "start", "mode": .string(mode.rawValue)])
        let microphone = Microphone(length: speech.duration, start: clock.now)
        return try await withThrowingTaskGroup(of: Exchange?.self) { group in
            group.addTask {
                try await self.stream(speech, mode: mode)
                return nil
            }
            group.addTask {
                try await self.withDeadline(speech.duration + limit, VirtualDeviceError.noAnswer) {
                    try await self.receiveReply(wordsEnded: { microphone.end })
                }
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw VirtualDeviceError.noAnswer
        }
    }

    /// When the words of an utterance are over.
    private struct Microphone: Sendable {
        let length: Duration
        let start: ContinuousClock.Instant
        var end: ContinuousClock.Instant { start + length }
    }

    /// Frames in real time: the words, then silence until the device begins to speak, as an open microphone does.
    private func stream(_ speech: AudioFrame, mode: ListenMode) async throws {
        var encoder = try OpusEncoder(
            sampleRate: VoiceActivity.sampleRate, frameDuration: 60, complexity: 0, dtx: true)
        let samplesPerFrame = VoiceActivity.sampleRate * 60 / 1000
        var rest = speech.samples
        var due = clock.now
        let silence = [Int16](repeating: 0, count: samplesPerFrame)
        while !Task.isCancelled, !isSpeaking || mode == .realtime {
            if rest.isEmpty, mode == .manual {
                try await send(["type": "listen", "state": "stop"])
                return
            }
            var samples = silence
            let count = min(samplesPerFrame, rest.count)
            samples.replaceSubrange(0..<count, with: rest.prefix(count))
            rest = rest.dropFirst(count)
            let packet = try encoder.encode(samples[...])
            try await transport.send(.binary(version.encode(AudioPacket(payload: packet[...]))))
            due += Self.frame
            try await clock.sleep(until: due)
        }
    }

    private func receiveReply(wordsEnded: @Sendable () -> ContinuousClock.Instant) async throws -> Exchange {
        var exchange = Exchange()
        var decoder = try OpusDecoder(sampleRate: Self.playbackRate)
        while let frame = try await transport.receive() {
            switch frame {
            case .binary(let bytes):
                let packet = try version.decode(bytes)
                if exchange.timeToFirstAudio == nil {
                    let delay = wordsEnded().duration(to: clock.now)
                    exchange.timeToFirstAudio = delay
                    onEvent(.firstAudio(after: delay))
                }
                exchange.packets += 1
                exchange.audio += try decoder.decode(packet.payload)
            case .text(let bytes):
                guard let json = try? JSON(parsing: bytes) else { throw VirtualDeviceError.unreadable }
                if try await answerTool(json) { continue }
                if note(json, in: &exchange, wordsEnded: wordsEnded) {
                    onEvent(.replyEnded)
                    return exchange
                }
            }
        }
        exchange.serverLeft = true
        return exchange
    }

    /// Answers the server's MCP messages.
    ///
    /// - Returns: whether it was one.
    private func answerTool(_ json: JSON) async throws -> Bool {
        guard json["type"] == "mcp", let payload = json["payload"] else { return false }
        if payload["method"] == "tools/call", let name = payload["params"]?["name"]?.string {
            onEvent(.toolCalled(name))
        }
        if let answer = toolbox.answer(payload) { try await send(["type": "mcp", "payload": answer]) }
        return true
    }

    /// Listens without saying anything: to what the server says by itself, a reminder for example.
    package func listen(limit: Duration) async throws -> Exchange {
        let asked = clock.now
        return try await withDeadline(limit, VirtualDeviceError.noAnswer) {
            try await self.receiveReply(wordsEnded: { asked })
        }
    }

    /// - Returns: whether the reply is over.
    private func note(
        _ json: JSON, in exchange: inout Exchange, wordsEnded: () -> ContinuousClock.Instant
    ) -> Bool {
        let text = json["text"]?.string ?? ""
        switch (json["type"]?.string, json["state"]?.string) {
        case ("stt", _):
            exchange.heard = text
            exchange.timeToTranscript = wordsEnded().duration(to: clock.now)
            onEvent(.heard(text))
        case ("llm", _):
            exchange.emotion = json["emotion"]?.string
            onEvent(.emotion(text))
        case ("tts", "start"): isSpeaking = true
        case ("tts", "sentence_start"):
            exchange.answer.append(text)
            onEvent(.answered(text))
        case ("tts", "stop"):
            isSpeaking = false
            // An announcement that these words cut off before its first sound is no answer to them.
            exchange.isWhole = !exchange.heard.isEmpty || !exchange.answer.isEmpty || exchange.packets > 0
            return exchange.isWhole
        default: break
        }
        return false
    }

    /// Sends a message that a console would send over a device's line, and waits for the answer of the same type.
    ///
    /// - Throws: `VirtualDeviceError.serverLeft` or `.noAnswer` after thirty seconds.
    package func ask(_ message: JSON) async throws -> JSON {
        try await send(message)
        return try await withDeadline(.seconds(30), VirtualDeviceError.noAnswer) {
            while let frame = try await self.transport.receive() {
                guard case .text(let bytes) = frame else { continue }
                if let json = try? JSON(parsing: bytes), json["type"] == message["type"] { return json }
            }
            throw VirtualDeviceError.serverLeft
        }
    }

    private func send(_ message: JSON) async throws {
        var message = message
        if case .object(var object) = message, !sessionID.isEmpty {
            object["session_id"] = .string(sessionID)
            message = .object(object)
        }
        try await transport.send(.text(message.bytes))
    }

    private func withDeadline<T: Sendable>(
        _ limit: Duration, _ error: VirtualDeviceError, _ work: @escaping @Sendable () async throws -> T
    ) async throws -> T {
        try await withThrowingTaskGroup(of: T?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await ContinuousClock().sleep(for: limit)
                return nil
            }
            defer { group.cancelAll() }
            guard let result = try await group.next() ?? nil else { throw error }
            return result
        }
    }
}
