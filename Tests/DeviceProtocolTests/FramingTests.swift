import DeviceProtocol
import Testing

@Suite struct FramingTests {
    private let packet = AudioPacket(payload: [0xAA, 0xBB, 0xCC], timestamp: 0x0102_0304)

    @Test(arguments: [
        (BinaryProtocolVersion.v1, [0xAA, 0xBB, 0xCC] as [UInt8]),
        (.v2, [0, 2, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 0, 0, 0, 3, 0xAA, 0xBB, 0xCC]),
        (.v3, [0, 0, 0, 3, 0xAA, 0xBB, 0xCC]),
    ])
    func `statement 13: packets have their golden bytes, both ways`(version: BinaryProtocolVersion, bytes: [UInt8])
        throws
    {
        #expect(version.encode(packet) == bytes)
        let decoded = try version.decode(bytes)
        #expect(decoded.payload == packet.payload)
        if version == .v2 { #expect(decoded.timestamp == packet.timestamp) }
    }

    @Test(arguments: [
        (BinaryProtocolVersion.v2, [UInt8](repeating: 0, count: 15)), (.v2, [UInt8](repeating: 0xFF, count: 20)),
        (.v2, [0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 1]), (.v3, [0, 0, 0]), (.v3, [0, 0, 0, 9, 1, 2]),
        (.v3, [0, 0, 0, 1, 1, 2]),
    ])
    func `statement 14: a length that lies is an error, not a crash`(version: BinaryProtocolVersion, bytes: [UInt8]) {
        #expect(throws: BinaryFrameError.self) { try version.decode(bytes) }
    }

    @Test(arguments: BinaryProtocolVersion.allCases)
    func `statement 15: an empty packet passes`(version: BinaryProtocolVersion) throws {
        let empty = AudioPacket(payload: [])
        #expect(try version.decode(version.encode(empty)).payload.isEmpty)
    }
}
