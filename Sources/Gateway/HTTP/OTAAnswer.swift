import DeviceProtocol
import JSON

/// What OTA tells a device: the time, that its firmware is fine, and where to talk (device-protocol §7).
struct OTAAnswer {
    let configuration: GatewayConfiguration
    let authenticator: DeviceAuthenticator
    /// Unix time in milliseconds.
    let now: Int64
    let webSocketURL: String

    /// - Parameter report: the device's body; nil when it is no JSON, which costs only what it would have told.
    /// - Returns: the body to send and, if it refuses, why. A refusal is still HTTP 200, as devices and the reference
    ///   server expect; anything else sends the firmware into its retry loop with nothing to show.
    func reply(to request: ArrivalRequest, report: JSON?) -> (body: [UInt8], refusal: String?) {
        guard let device = OTARequest(header: { request[$0] }, body: report), DeviceID.isValid(device.deviceID),
            Admission.isSane(device.clientID)
        else {
            let message = "send your MAC address as the Device-Id header"
            let reply: JSON = ["success": false, "message": .string(message)]
            return (reply.bytes, message)
        }
        let token = authenticator.mint(deviceID: device.deviceID, clientID: device.clientID, now: now / 1000)
        // The answer must stay under 8 KiB (conformance statement 41), so no page of digits is echoed.
        let version = device.firmwareVersion.utf8.count <= 64 ? device.firmwareVersion : "0.0.0"
        let response = OTAResponse(
            timestamp: now, timezoneOffset: configuration.timezoneOffsetMinutes, firmwareVersion: version,
            websocketURL: webSocketURL, websocketToken: token)
        return (response.encoded(), nil)
    }
}
