import JSON

/// The answer to a board's OTA request. Sections that do not apply are left out: a `null` stops some clients, and a
/// board keeps every string it finds, so there are no others (statements 41 to 45).
public struct OTAResponse: Sendable, Equatable {
    /// Milliseconds since 1970.
    public var timestamp: Int64
    /// Minutes east of Greenwich; the board adds them to its clock.
    public var timezoneOffset: Int
    /// Without an update, the version the board has.
    public var firmwareVersion: String
    /// Where a newer firmware is; empty for none.
    public var firmwareURL: String
    /// With a path, and with a port when it has another colon: the board's URL parser needs it (statement 42).
    public var websocketURL: String
    /// Empty when the server asks for none.
    public var websocketToken: String
    /// How audio is framed; always sent, because a board keeps the last one it was told (statement 43).
    public var websocketVersion: BinaryProtocolVersion

    public init(
        timestamp: Int64, timezoneOffset: Int, firmwareVersion: String, firmwareURL: String = "", websocketURL: String,
        websocketToken: String, websocketVersion: BinaryProtocolVersion = .v1
    ) {
        self.timestamp = timestamp
        self.timezoneOffset = timezoneOffset
        self.firmwareVersion = firmwareVersion
        self.firmwareURL = firmwareURL
        self.websocketURL = websocketURL
        self.websocketToken = websocketToken
        self.websocketVersion = websocketVersion
    }

    /// UTF-8 JSON.
    public func encoded() -> [UInt8] {
        let json: JSON = [
            "server_time": ["timestamp": .integer(timestamp), "timezone_offset": .integer(Int64(timezoneOffset))],
            "firmware": ["version": .string(Self.safe(firmwareVersion)), "url": .string(firmwareURL)],
            "websocket": [
                "url": .string(websocketURL), "token": .string(websocketToken),
                "version": .integer(Int64(websocketVersion.rawValue)),
            ],
        ]
        return json.bytes
    }

    /// A board parses each part of a version with `stoi` and reboots on anything but digits (statement 45).
    public static func safe(_ version: String) -> String {
        let parts = version.split(separator: ".", omittingEmptySubsequences: false)
        let isNumeric = parts.allSatisfy {
            !$0.isEmpty && $0.count <= 9 && $0.utf8.allSatisfy { (48...57).contains($0) }
        }
        return isNumeric ? version : "0.0.0"
    }
}
