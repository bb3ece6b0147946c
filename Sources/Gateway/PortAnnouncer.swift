/// Waits until every port is bound, then tells once.
actor PortAnnouncer {
    private let expectsHTTP: Bool
    private let announce: @Sendable (GatewayPorts) async -> Void
    private var httpPort: Int?
    /// The bound WebSocket port, also for the URL in OTA answers.
    private(set) var webSocketPort: Int?

    init(expectsHTTP: Bool, announce: @escaping @Sendable (GatewayPorts) async -> Void) {
        self.expectsHTTP = expectsHTTP
        self.announce = announce
    }

    func webSocket(_ port: Int) async {
        webSocketPort = port
        await tell()
    }

    func http(_ port: Int) async {
        httpPort = port
        await tell()
    }

    private func tell() async {
        guard let webSocketPort, !expectsHTTP || httpPort != nil else { return }
        await announce(GatewayPorts(webSocket: webSocketPort, http: httpPort))
    }
}
