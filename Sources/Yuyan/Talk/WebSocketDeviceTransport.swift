import Conversation
import DeviceProtocol
import VoiceTesting
import WebClient

/// A virtual device's way to a real server.
struct WebSocketDeviceTransport: DeviceTransport {
    let connection: WebSocketConnection

    static func withConnection<Result: Sendable>(
        to address: DeviceAddress, deviceID: String,
        operation: @Sendable (WebSocketDeviceTransport) async throws -> Result
    ) async throws -> Result {
        var headers = [
            (name: "Device-Id", value: deviceID), (name: "Client-Id", value: OTARequester.clientID),
            (name: "Protocol-Version", value: String(address.version.rawValue)),
        ]
        if !address.token.isEmpty { headers.append((name: "Authorization", value: "Bearer \(address.token)")) }
        return try await WebSocketClient.withConnection(url: address.url, headers: headers) { connection in
            try await operation(WebSocketDeviceTransport(connection: connection))
        }
    }

    func send(_ frame: DeviceFrame) async throws {
        switch frame {
        case .text(let bytes): try await connection.send(.text(bytes))
        case .binary(let bytes): try await connection.send(.binary(bytes))
        }
    }

    func receive() async throws -> DeviceFrame? {
        switch try await connection.receive() {
        case .text(let bytes): .text(bytes)
        case .binary(let bytes): .binary(bytes)
        case nil: nil
        }
    }
}
