import NIOCore
import NIOPosix

/// Under which host a device can reach this machine.
public enum AdvertisedHost {
    /// The host of a `Host` header if it is an IPv4 address or a hostname, without its port. The firmware takes no
    /// IPv6 address (device-protocol §1), and an odd header must not become part of an answer.
    static func host(of header: String?) -> String? {
        guard let header else { return nil }
        let parts = header.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let host = parts[0]
        guard (1...253).contains(host.utf8.count), host.first != "-", host.first != ".",
            host.utf8.allSatisfy({ byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                    true
                default: false
                }
            })
        else { return nil }
        if parts.count == 2, UInt16(parts[1]) == nil { return nil }
        return String(host)
    }

    /// The address of this machine on its network, for the start-up banner and for OTA answers; 127.0.0.1 when it has
    /// none. Connecting a UDP socket sends nothing and tells which interface would be used.
    public static func localAddress() async -> String {
        if let channel = try? await DatagramBootstrap(group: .singletonMultiThreadedEventLoopGroup)
            .connect(host: "8.8.8.8", port: 53).get()
        {
            let address = channel.localAddress?.ipAddress
            try? await channel.close()
            if let address { return address }
        }
        let devices = (try? System.enumerateDevices()) ?? []
        let addresses = devices.filter { !$0.name.hasPrefix("docker") && !$0.name.hasPrefix("br-") }.compactMap(
            \.address)
        return addresses.first { $0.protocol == .inet && $0.ipAddress?.hasPrefix("127.") == false }?.ipAddress
            ?? "127.0.0.1"
    }
}
