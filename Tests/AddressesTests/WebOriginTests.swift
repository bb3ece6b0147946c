import Addresses
import Testing

@Suite struct WebOriginTests {
    @Test(arguments: [
        "http://localhost:8080", "http://127.0.0.1", "http://[::1]:3000", "http://192.168.1.20:8006",
        "https://10.1.2.3",
        "http://172.20.0.5", "http://[fd00::5]", "http://[::ffff:192.168.0.1]", "http://nas", "http://panel.local:8123",
        "https://box.home.arpa", "http://x.localhost", "file://", "capacitor://localhost", "http://0.0.0.0:8006",
        "http://localhost.",
    ])
    func `a page of this house is at home`(origin: String) throws {
        #expect(try #require(WebOrigin(origin)).isAtHome)
    }

    @Test(arguments: [
        "https://evil.example", "http://8.8.8.8", "http://172.32.0.1", "http://10.0.0.1.evil.example",
        "http://localhost.evil.example", "http://local.example:8000", "http://[2001:db8::1]",
        "https://home.arpa.evil.example", "chrome-extension://aapocclcgogkmnckokdopfmhonfmgoek",
        "app://com.example.app", "http://.", "http://[::ffff:8.8.8.8]",
    ])
    func `a page of the internet is not`(origin: String) throws {
        #expect(try !#require(WebOrigin(origin)).isAtHome)
    }

    @Test(arguments: [
        "", "null", "evil.example", "://x", "http://", "http://a/b", "http://a@127.0.0.1", "http://a:b", "http://[::1",
        "http://a:99999", "http://127.0.0.1%.evil.example", "http://evil.example\\.local", "http://[evil]",
        "http://a,b.local", "http://münchen.example", "http://*.example.com", "http://fd00::1",
    ])
    func `what is no origin is none`(text: String) { #expect(WebOrigin(text) == nil) }

    @Test(arguments: [
        ("*", "https://evil.example"), ("null", "null"), ("https://app.example.com", "https://APP.example.com:443"),
        ("https://app.example.com:8443/", "https://app.example.com:8443"),
        ("app.example.com", "http://app.example.com:1"),
    ])
    func `a rule admits what it names`(rule: String, origin: String) throws {
        #expect(try #require(OriginRule(rule)).admits(origin))
    }

    @Test(arguments: [
        ("null", "https://evil.example"), ("https://app.example.com", "http://app.example.com"),
        ("https://app.example.com", "https://app.example.com:8443"),
        ("app.example.com", "https://app.example.com.evil.example"),
        ("app.example.com", "null"), ("example.com", "https://app.example.com"),
    ])
    func `a rule admits nothing else`(rule: String, origin: String) throws {
        #expect(try !#require(OriginRule(rule)).admits(origin))
    }

    @Test func `an origin with a path is no browser's`() {
        #expect(WebOrigin.isNoBrowsers("https://github.com/gilmaimon/TinyWebsockets"))
        for text in [
            "https://evil.example", "https://evil.example/", "https://evil.example, http://a/b", "null", "a/b",
        ] {
            #expect(!WebOrigin.isNoBrowsers(text), "\(text)")
        }
    }

    @Test(arguments: [
        "", "*.example.com", "https://*.example.com", "münchen.example", "https://a/b", "a:80", "https://", "a b",
    ])
    func `what is no rule is none`(text: String) { #expect(OriginRule(text) == nil) }
}
