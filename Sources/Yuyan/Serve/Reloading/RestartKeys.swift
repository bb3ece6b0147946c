import Settings

/// Keys that are read once, at the start: a reload names those that changed instead of pretending.
enum RestartKeys {
    /// - Parameters:
    ///   - running: what the server was started with.
    ///   - wanted: what the files say now.
    /// - Returns: sorted.
    static func changed(from running: ServerSettings, to wanted: ServerSettings) -> [String] {
        func differs<Value: Equatable>(_ value: (ServerSettings) -> Value) -> Bool {
            value(running) != value(wanted)
        }
        let keys: [(name: String, differs: Bool)] = [
            ("alerts.interval", differs(\.alerts.interval)),
            ("alerts.webhook", differs(\.alerts.webhook)),
            ("alerts.window", differs(\.alerts.window)),
            ("log.log_format", differs(\.logFormat)),
            ("log.transcripts", differs(\.keepsTranscripts)),
            ("reports", differs(\.reports)),
            ("server.allowed_origins", differs(\.allowedOrigins)),
            ("server.auth", differs { [$0.isAuthEnabled ? "on" : "off", "\($0.tokenLifetime)"] + $0.allowedDevices }),
            ("server.auth_key", differs(\.authKey)),
            ("server.drain_timeout", differs(\.drainTimeout)),
            ("server.http_port", differs(\.httpPort)),
            ("server.ip", differs(\.ip)),
            ("server.owner_token", differs(\.ownerToken)),
            ("server.ping_interval", differs(\.pingInterval)),
            ("server.ping_timeout", differs(\.pingTimeout)),
            ("server.port", differs(\.port)),
            ("server.timezone_offset", differs(\.timezoneOffset)),
            ("server.trusted_proxies", differs(\.trustedProxies)),
            ("server.websocket", differs(\.websocketURL)),
            ("telemetry.otlp_endpoint", differs(\.otlpEndpoint)),
            ("telemetry.turns_per_device", differs(\.turnsPerDevice)),
        ]
        return keys.filter(\.differs).map(\.name)
    }
}
