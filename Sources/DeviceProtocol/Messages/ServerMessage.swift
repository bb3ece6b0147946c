public import JSON

/// One JSON message to a device.
public enum ServerMessage: Sendable, Equatable {
    case hello(ServerHello)
    /// `stt`: what the person said.
    case transcript(String)
    /// `tts start`: the device shows that it speaks, and closes its microphone unless `realtime`.
    case speechStarted
    /// The subtitle of the audio that follows.
    case sentenceStarted(String)
    /// `tts stop`: exactly one after each start.
    case speechStopped
    /// `llm`: the face to show.
    case emotion(Emotion)
    case mcp(JSON)
    /// Commands of the older tool protocol.
    case iotCommands([JSON])
    /// The answer to a device's JSON ping; `YYYY-MM-DD HH:MM:SS`.
    case pong(timestamp: String)
    /// The answer to a `server` message.
    case serverStatus(isSuccess: Bool, message: String, action: String?)

    /// UTF-8 for a text frame.
    public func encoded(sessionID: String) -> [UInt8] {
        var object = body
        object["session_id"] = .string(sessionID)
        return JSON.object(object).bytes
    }

    private var body: JSONObject {
        switch self {
        case .hello(let hello): hello.body
        case .transcript(let text): ["type": "stt", "text": .string(text)]
        case .speechStarted: ["type": "tts", "state": "start"]
        case .sentenceStarted(let text): ["type": "tts", "state": "sentence_start", "text": .string(text)]
        case .speechStopped: ["type": "tts", "state": "stop"]
        case .emotion(let emotion):
            ["type": "llm", "text": .string(emotion.emoji), "emotion": .string(emotion.rawValue)]
        case .mcp(let payload): ["type": "mcp", "payload": payload]
        case .iotCommands(let commands): ["type": "iot", "commands": .array(commands)]
        case .pong(let timestamp): ["type": "pong", "timestamp": .string(timestamp)]
        case .serverStatus(let isSuccess, let message, let action):
            Self.serverStatus(isSuccess, message, action)
        }
    }

    private static func serverStatus(_ isSuccess: Bool, _ message: String, _ action: String?) -> JSONObject {
        var body: JSONObject = [
            "type": "server", "status": isSuccess ? "success" : "error", "message": .string(message),
        ]
        if let action { body["content"] = ["action": .string(action)] }
        return body
    }
}

/// The answer to a device's hello. The firmware crashes without `transport`, so it is always there (statement 6).
public struct ServerHello: Sendable, Equatable {
    public var sessionID: String
    /// What the device will receive; its decoder is set up by it.
    public var audio: AudioParameters
    public var version = 1

    public init(sessionID: String, audio: AudioParameters, version: Int = 1) {
        self.sessionID = sessionID
        self.audio = audio
        self.version = version
    }

    var body: JSONObject {
        [
            "type": "hello", "version": .integer(Int64(version)), "transport": "websocket",
            "session_id": .string(sessionID), "audio_params": audio.json,
        ]
    }
}
