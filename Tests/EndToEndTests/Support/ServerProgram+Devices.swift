import Foundation
import JSON
import Storage
import VoiceTesting

@testable import Yuyan

/// A device's line as the tests of the whole program listen to it.
typealias DeviceWire = Wire<WebSocketDeviceTransport>

extension ServerProgram {
    /// A device with a name for the length of `body`.
    ///
    /// - Parameter port: of a proxy in front of the server; nil: straight to it.
    func withDevice<Result: Sendable>(
        _ id: String, through port: Int? = nil,
        _ body: @escaping @Sendable (VirtualDevice, DeviceWire) async throws -> Result
    ) async throws -> Result {
        var address = try await OTARequester(client: client, deviceID: id).request(ota)
        if let port, var parts = URLComponents(string: address.url) {
            parts.port = port
            address.url = parts.string ?? address.url
        }
        let version = address.version
        return try await WebSocketDeviceTransport.withConnection(to: address, deviceID: id) { transport in
            let wire = DeviceWire(transport)
            let device = VirtualDevice(transport: wire, version: version)
            try await device.connect()
            return try await body(device, wire)
        }
    }

    /// Where devices connect.
    func webSocketPort() async throws -> Int {
        let address = try await OTARequester(client: client, deviceID: "02:00:00:00:00:02").request(ota)
        return URLComponents(string: address.url)?.port ?? 0
    }

    /// The devices that have a session now.
    func connectedDevices() async throws -> Set<String> {
        Set(try await json("/api/sessions")["sessions"]?.array?.compactMap { $0["device_id"]?.string } ?? [])
    }

    /// The server's database, opened beside it.
    func database() throws -> Storage.Database { try Storage.Database(path: "\(folder)/data/yuyan.sqlite") }

    /// From now on no file of the server may grow beyond so many bytes; nil: any may.
    func limitFiles(to bytes: Int?) async throws {
        let change = try RunningProgram(
            "/usr/bin/env",
            ["prlimit", "--pid", "\(pid)", "--fsize=\(bytes.map { "\($0)" } ?? "unlimited"):unlimited"],
            directory: folder)
        guard await change.finish(within: .seconds(10)) == 0 else {
            throw RunningProgram.DidNotStart(output: change.output)
        }
    }
}
