import Addresses
import Conversation
import Testing

@testable import Gateway

@Suite struct AdmissionTests {
    let admission = {
        var configuration = GatewayConfiguration()
        configuration.trustedProxies = ["10.0.0.1", "172.17.0.0/16"].compactMap(AddressRange.init)
        configuration.allowedOrigins = ["https://app.example.com"].compactMap(OriginRule.init)
        configuration.advertisedWebSocketURL = "wss://voice.example.com:8443/xiaozhi/v1/"
        return Admission(configuration, authenticator: DeviceAuthenticator(key: "k"))
    }()

    @Test func `headers win over query parameters (statement 2)`() throws {
        let request = ArrivalRequest(
            uri: "/?device-id=query&client-id=a%20b&authorization=Bearer+x", headers: [("Device-Id", "header")])
        let identity = try admission.identify(request, peer: "192.168.1.2", now: 0)
        #expect(identity.deviceID == "header")
        #expect(identity.clientID == "a b")
        #expect(request["authorization"] == "Bearer x")
    }

    @Test(arguments: ["", String(repeating: "a", count: 129), "a\nb", "a\u{7F}", "%00", "%FF", "\u{85}"])
    func `an absurd device id is refused (statement 3)`(id: String) {
        #expect {
            try admission.identify(ArrivalRequest(uri: "/?device-id=\(id)", headers: []), peer: "", now: 0)
        } throws: { ($0 as? Admission.Refusal)?.status == 400 }
    }

    @Test(arguments: [
        ("127.0.0.1", "192.168.1.9", "192.168.1.9"), ("10.0.0.1", "192.168.1.9, 10.0.0.1", "192.168.1.9"),
        ("10.0.0.2", "192.168.1.9", "10.0.0.2"), ("127.0.0.1", "8.8.8.8, 192.168.1.9", "192.168.1.9"),
        ("127.0.0.1", "192.168.1.9, 127.0.0.1", "192.168.1.9"), ("127.0.0.1", "127.0.0.1", "127.0.0.1"),
        ("::1", "nonsense\u{1B}[0m", "::1"), ("172.17.0.9", "192.168.1.9", "192.168.1.9"),
        ("::ffff:127.0.0.1", "192.168.1.9", "192.168.1.9"), ("127.0.0.1", "8.8.8.8,\t203.0.113.7:5001", "203.0.113.7"),
        ("127.0.0.1", "[2001:db8::7]:443", "2001:db8::7"), ("127.0.0.1", "1.2.3.4.5", "127.0.0.1"),
        ("127.0.0.1", "/8", "127.0.0.1"),
    ])
    func `only a known proxy speaks for its client`(peer: String, forwarded: String, expected: String) {
        let request = ArrivalRequest(uri: "/", headers: [("X-Forwarded-For", forwarded)])
        #expect(admission.remoteAddress(of: request, peer: peer) == expected)
    }

    @Test func `every proxy's line counts, and a client's own claim does not`() {
        let lines = [("X-Forwarded-For", "9.9.9.9"), ("x-forwarded-for", "203.0.113.7"), ("X-Real-IP", "8.8.8.8")]
        #expect(
            admission.remoteAddress(of: ArrivalRequest(uri: "/", headers: lines), peer: "127.0.0.1") == "203.0.113.7")
        for (claim, expected) in [("192.168.1.9", "192.168.1.9"), ("127.0.0.1", "10.0.0.1")] {
            let request = ArrivalRequest(uri: "/", headers: [("X-Real-IP", claim)])
            #expect(admission.remoteAddress(of: request, peer: "10.0.0.1") == expected)
        }
    }

    private func arrival(_ origin: String?, host: String = "203.0.113.9:8003") -> ArrivalRequest {
        ArrivalRequest(uri: "/", headers: [("Host", host)] + (origin.map { [("Origin", $0)] } ?? []))
    }

    @Test(
        arguments: [
            nil, "http://192.168.1.20:8006", "http://localhost", "https://app.example.com", "file://",
            "http://voice.example.com",
            "http://203.0.113.9:8006", "https://github.com/gilmaimon/TinyWebsockets",
        ] as [String?])
    func `boards, pages of this house and pages the owner allowed come in`(origin: String?) throws {
        try admission.origins.check(arrival(origin))
    }

    @Test func `a name that points at this server is not this server`() throws {
        try admission.origins.check(arrival("http://[2001:db8::1]:8006", host: "[2001:db8:0::1]:8003"))
        for (origin, host) in [
            ("http://evil.example:8003", "evil.example:8003"), ("http://203.0.113.8", "203.0.113.9"),
        ] {
            #expect(throws: Admission.Refusal.self) { try admission.origins.check(arrival(origin, host: host)) }
        }
    }

    @Test(arguments: ["https://evil.example", "null", "", "https://app.example.com:8443", "garbage"])
    func `pages of others do not`(origin: String) {
        #expect { try admission.origins.check(arrival(origin)) } throws: { ($0 as? Admission.Refusal)?.status == 403 }
    }

    @Test(
        arguments: [
            ("192.168.1.5:8003", "192.168.1.5"), ("yuyan.local", "yuyan.local"), ("[::1]:8003", nil), ("a/b", nil),
            ("x:99999", nil), ("", nil), ("-x", nil), ("a\"b", nil),
        ] as [(String, String?)])
    func `only a sane host is advertised`(header: String, host: String?) {
        #expect(AdvertisedHost.host(of: header) == host)
    }
}
