#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// IP addresses that begin alike, as `10.0.0.0/8`, `fd00::/8`, or a single one.
///
/// An IPv4 address and the same one inside IPv6 (`::ffff:10.0.0.1`) are equal: a socket on `::` shows the second.
public struct AddressRange: Sendable, Hashable, CustomStringConvertible {
    public let description: String
    private let first: UInt128
    private let mask: UInt128

    /// - Parameter text: an address, or an address and `/` and how many of its bits count; nil for anything else.
    public init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let address = Self.bits(of: String(parts[0])) else { return nil }
        let width = parts[0].contains(":") ? 128 : 32
        var length = 128
        if parts.count == 2 {
            guard let counted = Int(parts[1]), (0...width).contains(counted) else { return nil }
            length = counted + 128 - width
        }
        mask = length == 0 ? 0 : UInt128.max << UInt128(128 - length)
        first = address & mask
        description = text
    }

    /// Whether this text is an address and in the range; an IPv6 zone (`%eth0`) does not count.
    public func contains(_ address: String) -> Bool {
        Self.bits(of: address).map { $0 & mask == first } ?? false
    }

    /// Loopback, whose peers are programs of this machine.
    public static let loopback = ["127.0.0.0/8", "::1"].compactMap(Self.init)

    /// Loopback, and what no router of the internet forwards (RFC 1918, RFC 3927, RFC 4193, RFC 4291 2.5.6).
    public static let home =
        loopback
        + ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10"]
        .compactMap(Self.init)

    /// An IPv4 address as IPv6 has it; nil for what is no address.
    private static func bits(of text: String) -> UInt128? {
        let text = String(text.prefix { $0 != "%" })
        var bytes = [UInt8](repeating: 0, count: 16)
        if text.contains(":") {
            guard inet_pton(AF_INET6, text, &bytes) == 1 else { return nil }
        } else {
            var four = [UInt8](repeating: 0, count: 4)
            guard inet_pton(AF_INET, text, &four) == 1 else { return nil }
            bytes.replaceSubrange(10..., with: [0xFF, 0xFF] + four)
        }
        return bytes.reduce(0) { $0 << 8 | UInt128($1) }
    }
}

extension Sequence where Element == AddressRange {
    /// Whether one of them holds the address.
    public func contain(_ address: String) -> Bool { contains { $0.contains(address) } }
}
