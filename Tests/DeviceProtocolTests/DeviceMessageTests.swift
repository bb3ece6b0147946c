import DeviceProtocol
import JSON
import Testing

@Suite struct DeviceMessageTests {
    private func parse(_ text: String) throws -> DeviceMessage { try DeviceMessage(parsing: Array(text.utf8)) }

    @Test func `a board's hello says what it is`() throws {
        let message = try parse(
            #"{"type":"hello","version":3,"transport":"websocket","features":{"mcp":true,"aec":true,"emoji":false},"audio_params":{"format":"opus","sample_rate":16000,"channels":1,"frame_duration":20}}"#
        )
        guard case .hello(let hello) = message else {
            Issue.record("\(message)")
            return
        }
        #expect(hello.framing == .v3)
        #expect(hello.features.mcp && hello.features.aec && !hello.features.emoji)
        #expect(hello.audio.frameDuration == 20)
    }

    @Test func `statement 7: a hello that says nothing means opus, 16 kHz, mono, 60 ms, version 1`() throws {
        guard case .hello(let hello) = try parse(#"{"type":"hello"}"#) else {
            Issue.record("no hello")
            return
        }
        #expect(hello.audio == AudioParameters())
        #expect(hello.framing == .v1)
        #expect(hello.features.emoji)
        #expect(!hello.features.mcp)
    }

    @Test func `absurd audio parameters are replaced by legal ones`() throws {
        guard
            case .hello(let hello) = try parse(
                #"{"type":"hello","version":99,"audio_params":{"sample_rate":-5,"channels":1e9,"frame_duration":"x"}}"#)
        else { return }
        #expect(hello.audio == AudioParameters())
        #expect(hello.framing == .v1)
    }

    @Test(arguments: [
        (#"{"type":"listen","state":"start","mode":"auto"}"#, DeviceMessage.listen(.start(mode: .auto))),
        (#"{"type":"listen","state":"start"}"#, .listen(.start(mode: nil))),
        (#"{"type":"listen","state":"start","mode":"other"}"#, .listen(.start(mode: nil))),
        (#"{"session_id":"","type":"listen","state":"stop"}"#, .listen(.stop(mode: nil))),
        (#"{"type":"listen","state":"detect","text":"你好小智"}"#, .listen(.detect(text: "你好小智", mode: nil))),
        (#"{"type":"abort","reason":"wake_word_detected"}"#, .abort(reason: "wake_word_detected")),
        (#"{"type":"abort"}"#, .abort(reason: nil)),
        (#"{"type":"ping"}"#, .ping),
        (#"{"type":"goodbye","session_id":"x"}"#, .goodbye),
        (#"{"type":"something"}"#, .unknown(type: "something")),
        (#"{"type":"mcp","payload":{"jsonrpc":"2.0","id":1}}"#, .mcp(["jsonrpc": "2.0", "id": 1])),
    ])
    func `statement 9: messages are read with or without a session id`(text: String, expected: DeviceMessage) throws {
        #expect(try parse(text) == expected)
    }

    @Test(arguments: [
        ("", "JSON"), ("[]", "an object"), ("{}", "type"), (#"{"type":5}"#, "type"), (#"{"type":"listen"}"#, "state"),
        (#"{"type":"mcp"}"#, "payload"), ("7", "an object"),
    ])
    func `statement 39: what is no message is refused with the reason`(text: String, reason: String) {
        let error = #expect(throws: DeviceMessageError.self) { try parse(text) }
        #expect(error?.description.contains(reason) == true)
    }

    @Test(arguments: [
        (ServerMessage.transcript("hi"), #"{"type":"stt","text":"hi","session_id":"s"}"#),
        (.speechStarted, #"{"type":"tts","state":"start","session_id":"s"}"#),
        (.sentenceStarted("a\"b"), #"{"type":"tts","state":"sentence_start","text":"a\"b","session_id":"s"}"#),
        (.speechStopped, #"{"type":"tts","state":"stop","session_id":"s"}"#),
        (.emotion(.laughing), #"{"type":"llm","text":"😆","emotion":"laughing","session_id":"s"}"#),
        (
            .pong(timestamp: "2026-01-02 03:04:05"),
            #"{"type":"pong","timestamp":"2026-01-02 03:04:05","session_id":"s"}"#
        ),
    ])
    func `what the server says has the bytes that boards expect`(message: ServerMessage, expected: String) {
        #expect(String(decoding: message.encoded(sessionID: "s"), as: UTF8.self) == expected)
    }

    @Test func `statements 6 and 8: the server's hello always holds transport, session and legal audio`() throws {
        var audio = AudioParameters()
        audio.sampleRate = 24_000
        let json = try JSON(
            parsing: ServerMessage.hello(ServerHello(sessionID: "s", audio: audio)).encoded(sessionID: "s"))
        #expect(json["transport"] == "websocket")
        #expect(json["session_id"] == "s")
        #expect(AudioParameters.frameDurations.contains(try #require(json["audio_params"]?["frame_duration"]?.integer)))
    }

    @Test func `every face has an emoji that leads back to it`() throws {
        #expect(Emotion.allCases.count == 21)
        for emotion in Emotion.allCases {
            #expect(Emotion(emoji: try #require(emotion.emoji.unicodeScalars.first)) == emotion)
        }
        #expect(Emotion(emoji: "A") == nil)
    }
}
