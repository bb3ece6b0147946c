import Gateway
import JSON
import Testing

@Suite(.timeLimit(.minutes(1))) struct HTTPTests {
    static let ids = ["Device-Id: AA:bb:cc:dd:ee:ff", "Client-Id: uuid-1"]

    static func ask(
        _ port: Int, _ method: String, _ path: String, headers: [String] = [], body: String = "",
        host: String = "192.168.1.5:8003"
    ) async throws -> (head: String, body: String) {
        try await RawClient.connect(to: port) { client in
            let lines = ["\(method) \(path) HTTP/1.1", "Host: \(host)", "Content-Length: \(body.utf8.count)"] + headers
            try await client.send((lines + ["", body]).joined(separator: "\r\n"))
            return try await client.response()
        }
    }

    @Test(arguments: ["/xiaozhi/ota/", "/xiaozhi/ota"])
    func `41 42 43 44 45 OTA sends a device where to talk`(path: String) async throws {
        let authenticator = DeviceAuthenticator(key: GatewayFixture.secret, isEnabled: true)
        try await GatewayFixture.run(authenticator: authenticator) { ports, _ in
            let (head, body) = try await Self.ask(
                #require(ports.http), "POST", path, headers: Self.ids, body: #"{"application":{"version":"2.0.3"}}"#)
            #expect(head.hasPrefix("HTTP/1.1 200"))
            #expect(
                try JSON(parsing: body) == [
                    "server_time": ["timestamp": 1_700_000_000_000, "timezone_offset": 480],
                    "firmware": ["version": "2.0.3", "url": ""],
                    "websocket": [
                        "url": .string("ws://192.168.1.5:\(ports.webSocket)/xiaozhi/v1/"),
                        "token": "lurhRfl3oPQTJ0ta5Mhk59RYyTGYg5vuXfQm_C__vdA.1700000000", "version": 1,
                    ],
                ])
        }
    }

    @Test(arguments: [
        "", "{not json", #"{"application":{"version":"v1"}}"#, #"{"application":7}"#,
        #"{"application":{"version":"1..2"}}"#,
    ])
    func `45 a body that tells no version gets one that is never newer`(body: String) async throws {
        try await GatewayFixture.run { ports, _ in
            let answer = try await Self.ask(
                #require(ports.http), "POST", "/xiaozhi/ota/", headers: Self.ids, body: body)
            #expect(try JSON(parsing: answer.body)["firmware"]?["version"] == "0.0.0")
            #expect(try JSON(parsing: answer.body)["websocket"]?["token"] == "")
        }
    }

    @Test func `41 without ids the answer is a refusal with status 200`() async throws {
        try await GatewayFixture.run { ports, _ in
            let answer = try await Self.ask(#require(ports.http), "POST", "/xiaozhi/ota/", body: "{}")
            #expect(answer.head.hasPrefix("HTTP/1.1 200"))
            #expect(try JSON(parsing: answer.body)["success"] == false)
        }
    }

    @Test func `42 a configured address is advertised, an odd Host is not`() async throws {
        try await GatewayFixture.run(configure: { $0.advertisedWebSocketURL = "wss://voice.example:443/xiaozhi/v1/" }) {
            ports, _ in
            let answer = try await Self.ask(#require(ports.http), "GET", "/xiaozhi/ota/")
            #expect(answer.body.contains("wss://voice.example:443/xiaozhi/v1/"))
        }
        try await GatewayFixture.run { ports, _ in
            let answer = try await Self.ask(#require(ports.http), "GET", "/xiaozhi/ota/", host: "[::1]:8003")
            #expect(!answer.body.contains("::1"))
            #expect(answer.body.contains(":\(ports.webSocket)/xiaozhi/v1/"))
        }
    }

    @Test func `44 activation says bound`() async throws {
        try await GatewayFixture.run { ports, _ in
            let answer = try await Self.ask(
                #require(ports.http), "POST", "/xiaozhi/ota/activate", headers: Self.ids, body: "{}")
            #expect(answer.head.hasPrefix("HTTP/1.1 200"))
        }
    }

    @Test func `47 a browser may ask`() async throws {
        try await GatewayFixture.run { ports, _ in
            let head = try await Self.ask(
                #require(ports.http), "OPTIONS", "/xiaozhi/ota/", headers: ["Origin: http://192.168.1.20:8006"]
            ).head.lowercased()
            #expect(head.hasPrefix("http/1.1 204"))
            #expect(head.contains("access-control-allow-origin: http://192.168.1.20:8006\r\n"))
            #expect(head.contains("vary: origin"))
            #expect(head.contains("access-control-allow-headers: client-id, content-type, device-id, authorization"))
            #expect(!head.contains("credentials"))
        }
    }

    @Test(arguments: ["OPTIONS", "GET", "POST"])
    func `a page of another web site gets neither an answer nor a token`(method: String) async throws {
        try await GatewayFixture.run { ports, _ in
            let answer = try await Self.ask(
                #require(ports.http), method, "/xiaozhi/ota/", headers: Self.ids + ["Origin: https://evil.example"],
                body: method == "POST" ? "{}" : "")
            #expect(answer.head.hasPrefix("HTTP/1.1 403"))
            #expect(!answer.head.lowercased().contains("access-control-allow-origin"))
            #expect(try JSON(parsing: answer.body)["error"]?["code"] == "foreign_origin")
        }
    }

    @Test func `a long body gets 413`() async throws {
        try await GatewayFixture.run { ports, _ in
            let answer = try await Self.ask(
                #require(ports.http), "POST", "/xiaozhi/ota/", headers: Self.ids,
                body: String(repeating: "x", count: (64 << 10) + 1))
            #expect(answer.head.hasPrefix("HTTP/1.1 413"))
        }
    }

    @Test func `health tells version, time and sessions`() async throws {
        try await GatewayFixture.run { ports, _ in
            let http = try #require(ports.http)
            try await RawClient.connect(to: ports.webSocket) { client in
                try await client.upgrade()
                _ = try await client.head()
                let answer = try await Self.ask(http, "GET", "/health")
                #expect(
                    try JSON(parsing: answer.body) == [
                        "status": "ok", "version": "1.2.3", "uptime_seconds": 0, "sessions": 1,
                    ])
            }
        }
    }

    @Test(arguments: [("GET", "/nothing", "404"), ("DELETE", "/health", "405")])
    func `other requests get an error in JSON`(method: String, path: String, status: String) async throws {
        try await GatewayFixture.run { ports, _ in
            let answer = try await Self.ask(#require(ports.http), method, path)
            #expect(answer.head.hasPrefix("HTTP/1.1 \(status)"))
            #expect(try JSON(parsing: answer.body)["error"]?["code"]?.string != nil)
        }
    }

    @Test func `port 0 disables HTTP`() async throws {
        try await GatewayFixture.run(configure: { $0.httpPort = 0 }) { ports, _ in
            #expect(ports.http == nil)
        }
    }

    @Test(arguments: ["/metrics", "/mcp", "/api/turns"])
    func `the owner's addresses want the owner's token`(path: String) async throws {
        let owner = OwnerAccess(
            token: "owner secret",
            handlers: [
                {
                    $0.path == "/api/turns"
                        ? nil : OwnerAnswer(type: "text/plain", body: Array("\($0.method) \($0.path)".utf8))
                }
            ])
        try await GatewayFixture.run(owner: owner) { ports, _ in
            let http = try #require(ports.http)
            for headers in [[], ["Authorization: Bearer wrong"], ["Authorization: owner secret"]] {
                #expect(try await Self.ask(http, "GET", path, headers: headers).head.hasPrefix("HTTP/1.1 401"))
            }
            let answer = try await Self.ask(http, "GET", path, headers: ["Authorization: Bearer owner secret"])
            if path == "/api/turns" {
                #expect(answer.head.hasPrefix("HTTP/1.1 404"))
            } else {
                #expect(answer.head.hasPrefix("HTTP/1.1 200"))
                #expect(answer.body == "GET \(path)")
            }
        }
    }
}
