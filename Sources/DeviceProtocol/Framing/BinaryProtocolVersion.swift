/// How Opus packets are wrapped in binary messages, both ways. Multi-byte fields are big-endian.
public enum BinaryProtocolVersion: Int, Sendable, Equatable, CaseIterable {
    /// The bare packet.
    case v1 = 1
    /// 16 bytes: version, type, reserved (u16 u16 u32), timestamp in ms (u32), length (u32).
    case v2 = 2
    /// 4 bytes: type, reserved (u8 u8), length (u16).
    case v3 = 3

    /// - Throws: `BinaryFrameError` when the declared length is not what is there (statement 14).
    public func decode(_ bytes: [UInt8]) throws(BinaryFrameError) -> AudioPacket {
        switch self {
        case .v1: return AudioPacket(payload: bytes[...])
        case .v2:
            // An MQTT gateway fills version and type with other values; only time and length matter.
            guard bytes.count >= 16 else { throw BinaryFrameError(declared: nil, found: bytes.count) }
            let length = Int(bytes.bigEndian32(at: 12))
            guard length == bytes.count - 16 else { throw BinaryFrameError(declared: length, found: bytes.count - 16) }
            return AudioPacket(payload: bytes[16...], timestamp: bytes.bigEndian32(at: 8))
        case .v3:
            guard bytes.count >= 4 else { throw BinaryFrameError(declared: nil, found: bytes.count) }
            let length = Int(bytes[2]) << 8 | Int(bytes[3])
            guard length == bytes.count - 4 else { throw BinaryFrameError(declared: length, found: bytes.count - 4) }
            return AudioPacket(payload: bytes[4...])
        }
    }

    /// A device reads the length without checking it, so it is always exact (statement 13).
    public func encode(_ packet: AudioPacket) -> [UInt8] {
        let count = packet.payload.count
        var bytes: [UInt8] = []
        bytes.reserveCapacity(16 + count)
        switch self {
        case .v1: break
        case .v2:
            bytes += [0, 2, 0, 0, 0, 0, 0, 0]
            bytes.appendBigEndian(packet.timestamp)
            bytes.appendBigEndian(UInt32(clamping: count))
        case .v3:
            bytes += [0, 0, UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count)]
        }
        bytes += packet.payload
        return bytes
    }
}

/// One Opus packet and when it belongs.
public struct AudioPacket: Sendable, Equatable {
    public var payload: ArraySlice<UInt8>
    /// Milliseconds, for server-side echo cancellation; 0 when unknown.
    public var timestamp: UInt32

    public init(payload: ArraySlice<UInt8>, timestamp: UInt32 = 0) {
        self.payload = payload
        self.timestamp = timestamp
    }
}

/// A binary message whose header does not fit its body.
public struct BinaryFrameError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The payload length the header claims; nil when there is no whole header.
    public var declared: Int?
    public var found: Int

    public var description: String {
        if let declared { return "the header claims \(declared) bytes of audio, \(found) are there" }
        return "\(found) bytes are too few for a header"
    }
}

extension [UInt8] {
    fileprivate func bigEndian32(at offset: Int) -> UInt32 {
        UInt32(self[offset]) << 24 | UInt32(self[offset + 1]) << 16 | UInt32(self[offset + 2]) << 8
            | UInt32(self[offset + 3])
    }

    fileprivate mutating func appendBigEndian(_ value: UInt32) {
        append(UInt8(truncatingIfNeeded: value >> 24))
        append(UInt8(truncatingIfNeeded: value >> 16))
        append(UInt8(truncatingIfNeeded: value >> 8))
        append(UInt8(truncatingIfNeeded: value))
    }
}
