import DeviceProtocol
import JSON
import WebClient

/// Where a device is told to connect.
struct DeviceAddress: Sendable {
    var url: String
    var token: String
    var version: BinaryProtocolVersion
}

/// Asks a server for its WebSocket address, as a board does at boot.
struct OTARequester {
    let client: WebClient
    let deviceID: String
    static let clientID = "yuyan-talk"

    func request(_ url: String) async throws -> DeviceAddress {
        let body: JSON = [
            "version": 2, "mac_address": .string(deviceID), "uuid": .string(Self.clientID),
            "application": ["name": "yuyan-talk", "version": "1.0.0"], "board": ["type": "virtual", "name": "virtual"],
        ]
        let request = WebRequest(
            url: url,
            headers: [
                ("Device-Id", deviceID), ("Client-Id", Self.clientID), ("Content-Type", "application/json"),
                ("User-Agent", "virtual/1.0.0"),
            ], body: body.bytes)
        let answer = try await client.send(request, provider: "OTA")
        guard let json = try? JSON(parsing: answer) else { throw TalkError.badOTA("the OTA answer is not JSON") }
        guard let websocket = json["websocket"], let address = websocket["url"]?.string else {
            throw TalkError.badOTA(json["message"]?.string ?? "the OTA answer holds no WebSocket address")
        }
        return DeviceAddress(
            url: address, token: websocket["token"]?.string ?? "",
            version: websocket["version"]?.integer.flatMap(BinaryProtocolVersion.init) ?? .v1)
    }
}
