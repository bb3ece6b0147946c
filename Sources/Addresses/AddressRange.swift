/// IP addresses that begin alike, as `10.0.0.0/8`, `fd00::/8`, or a single one.
public struct AddressRange: Sendable, Hashable {
    private let first: UInt128
    private let mask: UInt128

    /// - Parameter text: an address, or an address and `/` and how many of its bits count; nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = parts.first.flatMap({ IPAddress($0) }), !text.contains("%") else { return nil }
        let width = parts[0].contains(":") ? 128 : 32
        var length = 128
        if parts.count == 2 {
            guard let counted = Int(parts[1]), (0...width).contains(counted) else { return nil }
            length = counted + 128 - width
        }
        mask = length == 0 ? 0 : UInt128.max << UInt128(128 - length)
        first = address.bits & mask
    }

    public func contains(_ address: IPAddress) -> Bool { address.bits & mask == first }

    /// Loopback, whose peers are programs of this machine.
    public static let loopback = ["127.0.0.0/8", "::1"].compactMap(Self.init)

    /// Loopback, "this machine" as servers print it, and what no router of the internet forwards (RFC 1918, RFC 3927,
    /// RFC 4193, RFC 4291 2.5.6).
    public static let home =
        loopback
        + [
            "0.0.0.0", "::", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10",
        ].compactMap(Self.init)
}

extension Sequence where Element == AddressRange {
    /// Whether one of them holds the address; a text that is no address is in none.
    public func contain(_ address: String) -> Bool {
        guard let address = IPAddress(address) else { return false }
        return contains { $0.contains(address) }
    }
}
