import JSON

/// What OTA tells a device: the time, that its firmware is fine, and where to talk (device-protocol §7).
struct OTAAnswer {
    let configuration: GatewayConfiguration
    let authenticator: DeviceAuthenticator
    /// Unix time in milliseconds.
    let now: Int64
    let webSocketURL: String

    /// - Returns: the answer and, if it refuses, why. A refusal is still HTTP 200, as devices and the reference server
    ///   expect; anything else sends the firmware into its retry loop with nothing to show.
    func reply(to request: ArrivalRequest, report: JSON) -> (reply: JSON, refusal: String?) {
        guard let deviceID = request["device-id"], let clientID = request["client-id"], !deviceID.isEmpty,
            !clientID.isEmpty, Admission.isSane(deviceID), Admission.isSane(clientID)
        else {
            let message = "send Device-Id and Client-Id headers of at most 128 bytes"
            return (["success": false, "message": .string(message)], message)
        }
        let token = authenticator.mint(deviceID: deviceID, clientID: clientID, now: now / 1000)
        let reply: JSON = [
            "server_time": [
                "timestamp": .integer(now), "timezone_offset": .integer(Int64(configuration.timezoneOffsetMinutes)),
            ],
            "firmware": ["version": .string(firmwareVersion(request, report)), "url": ""],
            "websocket": ["url": .string(webSocketURL), "token": .string(token), "version": 1],
        ]
        return (reply, nil)
    }

    /// The reported version, so that no update follows. The firmware dies on a part that is no small number, so
    /// anything but dotted numbers becomes 0.0.0, which is never newer (conformance statement 45).
    private func firmwareVersion(_ request: ArrivalRequest, _ report: JSON) -> String {
        let names = ["device-version", "device_version", "firmware-version", "app-version", "application-version"]
        let reported = names.lazy.compactMap { request.header($0) }.first ?? report["application"]?["version"]?.string
        guard let reported, reported.utf8.count <= 64 else { return "0.0.0" }
        let parts = reported.split(separator: ".", omittingEmptySubsequences: false)
        let isDotted = parts.allSatisfy { part in
            (1...9).contains(part.utf8.count)
                && part.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        }
        return isDotted ? reported : "0.0.0"
    }
}
