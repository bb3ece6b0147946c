import Addresses
import Testing

@Suite struct AddressRangeTests {
    @Test(arguments: [
        ("10.0.0.0/8", "10.255.0.1"), ("10.0.0.1", "10.0.0.1"), ("172.16.0.0/12", "172.31.255.255"),
        ("10.0.0.0/8", "::ffff:10.1.2.3"), ("::1", "0:0:0:0:0:0:0:1"), ("fe80::/10", "fe80::1%eth0"),
        ("fd12:3456::/32", "FD12:3456:ffff::9"), ("0.0.0.0/0", "8.8.8.8"), ("::/0", "8.8.8.8"),
        ("192.168.1.77/24", "192.168.1.3"),
    ])
    func `an address in the range is in it`(range: String, address: String) throws {
        #expect(try [#require(AddressRange(range))].contain(address))
    }

    @Test(arguments: [
        ("10.0.0.0/8", "11.0.0.1"), ("10.0.0.1", "10.0.0.11"), ("172.16.0.0/12", "172.32.0.0"), ("::1", "127.0.0.1"),
        ("0.0.0.0/0", "::1"), ("10.0.0.0/8", "10.0.0.1.evil.example"), ("10.0.0.0/8", ""), ("fc00::/7", "fe00::1"),
        ("127.0.0.0/8", "127.0.0.1%.evil.example"),
    ])
    func `an address outside the range is not in it`(range: String, address: String) throws {
        #expect(try ![#require(AddressRange(range))].contain(address))
    }

    @Test(arguments: [
        "", "proxy", "10.0.0", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "/8", "::1/129", "1.2.3.4:80", "10.0.0.1%x",
        "fe80::1%eth0",
    ])
    func `what is no range is none`(text: String) { #expect(AddressRange(text) == nil) }
}
