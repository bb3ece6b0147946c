public import JSON

/// A device's first message.
public struct ClientHello: Sendable, Equatable {
    /// The binary framing the device was told by OTA: 1, 2 or 3; absent means 1.
    public var version: Int
    /// `websocket`, or `udp` through an MQTT gateway.
    public var transport: String
    public var features: DeviceFeatures
    /// What the device sends.
    public var audio: AudioParameters
    /// The font for pushed glyphs, when the device asked for them.
    public var textFont: JSON?

    init(_ json: JSON) {
        version = json["version"]?.integer ?? 1
        transport = json["transport"]?.string ?? "websocket"
        features = DeviceFeatures(json["features"])
        audio = AudioParameters(json["audio_params"])
        textFont = json["text_font"]
    }

    /// How audio is framed both ways; an unknown version is treated as the first.
    public var framing: BinaryProtocolVersion { BinaryProtocolVersion(rawValue: version) ?? .v1 }
}

/// What a device can do beside talking.
public struct DeviceFeatures: Sendable, Equatable {
    /// It has tools of its own.
    public var mcp = false
    /// The server is asked to cancel echo.
    public var aec = false
    /// It shows emotions; false means: send none (statement 34).
    public var emoji = true
    /// It draws glyphs that its fonts lack.
    public var glyphPush = false

    public init() {}

    init(_ json: JSON?) {
        mcp = json?["mcp"]?.bool ?? false
        aec = json?["aec"]?.bool ?? false
        emoji = json?["emoji"]?.bool ?? true
        glyphPush = json?["glyph_push"]?.bool ?? false
    }
}
