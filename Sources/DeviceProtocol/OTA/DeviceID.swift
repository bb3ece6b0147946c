/// A device's name on the wire: usually a MAC address, but some clients send other things.
public enum DeviceID {
    /// Whether a name may be used: 1 to 128 printable ASCII characters without spaces, quotes or slashes.
    public static func isValid(_ id: String) -> Bool {
        (1...128).contains(id.utf8.count)
            && id.utf8.allSatisfy {
                (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "\\")
                    && $0 != UInt8(ascii: "\"")
            }
    }
}
