public import JSON

/// What a board says of itself when it asks for its configuration.
public struct OTARequest: Sendable, Equatable {
    public var deviceID: String
    public var clientID: String
    /// The board's model; `default` when it does not say.
    public var model: String
    /// The firmware's version as the board wrote it.
    public var firmwareVersion: String

    /// - Parameters:
    ///   - header: looks a request header up, whatever the case of its name.
    ///   - body: the JSON body; nil when there is none or it is unreadable, which is tolerated.
    /// - Returns: nil when the board names no device.
    public init?(header: (String) -> String?, body: JSON?) {
        guard let deviceID = header("device-id") ?? body?["mac_address"]?.string, !deviceID.isEmpty else { return nil }
        self.deviceID = deviceID
        clientID = header("client-id") ?? body?["uuid"]?.string ?? ""
        // The order in which the reference looks (reference-server.md, section 1).
        model =
            ["device-model", "device_model", "model"].lazy.compactMap(header).first
            ?? body?["board"]?["type"]?.string ?? body?["model"]?.string ?? "default"
        firmwareVersion =
            ["device-version", "device_version", "firmware-version", "app-version", "application-version"]
            .lazy.compactMap(header).first
            ?? body?["application"]?["version"]?.string ?? "0.0.0"
    }
}
