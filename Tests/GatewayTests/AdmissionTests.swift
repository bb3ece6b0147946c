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
        ("::ffff:127.0.0.1", "192.168.1.9", "192.168.1.9"),
    ])
    func `only a known proxy speaks for its client`(peer: String, forwarded: String, expected: String) {
        let request = ArrivalRequest(uri: "/", headers: [("X-Forwarded-For", forwarded)])
        #expect(admission.remoteAddress(of: request, peer: peer) == expected)
    }

    @Test(
        arguments: [
            nil, "http://192.168.1.20:8006", "http://localhost", "https://app.example.com", "file://",
            "http://voice.example.com",
        ] as [String?])
    func `boards, pages of this house and pages the owner allowed come in`(origin: String?) throws {
        try admission.origins.check(origin)
    }

    @Test(arguments: ["https://evil.example", "null", "", "https://app.example.com:8443", "garbage"])
    func `pages of others do not`(origin: String) {
        #expect { try admission.origins.check(origin) } throws: { ($0 as? Admission.Refusal)?.status == 403 }
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
