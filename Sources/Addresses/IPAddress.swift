#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// An IP address. An IPv4 address and the same one inside IPv6 (`::ffff:10.0.0.1`, as a socket on `::` shows it) are equal.
public struct IPAddress: Sendable, Hashable {
    /// As IPv6 has it.
    let bits: UInt128

    /// - Parameter text: `10.0.0.1`, `fd00::5` or `fe80::1%eth0`, whose zone does not count; nil for anything else.
    public init?(_ text: some StringProtocol) {
        var bytes = [UInt8](repeating: 0, count: 16)
        if text.contains(":") {
            guard inet_pton(AF_INET6, String(text.prefix { $0 != "%" }), &bytes) == 1 else { return nil }
        } else {
            var four = [UInt8](repeating: 0, count: 4)
            guard inet_pton(AF_INET, String(text), &four) == 1 else { return nil }
            bytes.replaceSubrange(10..., with: [0xFF, 0xFF] + four)
        }
        bits = bytes.reduce(0) { $0 << 8 | UInt128($1) }
    }
}
