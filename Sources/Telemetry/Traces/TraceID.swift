/// The names of a turn's trace and spans (W3C Trace Context: 16 and 8 bytes, never all zero).
///
/// They follow from session and turn by FNV-1a, so a log line and a trace find each other without being told.
package struct TraceID: Sendable, Hashable {
    /// 32 hexadecimal digits.
    package let text: String
    private let value: UInt128

    init(sessionID: String, turn: Int) {
        // FNV-1a's 128-bit offset basis and prime (RFC 9923).
        var hash: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d
        for byte in "\(sessionID)/\(turn)".utf8 {
            hash ^= UInt128(byte)
            hash = hash &* 0x0000_0000_0100_0000_0000_0000_0000_013b
        }
        value = max(hash, 1)
        text =
            Self.hexadecimal(UInt64(truncatingIfNeeded: value >> 64))
            + Self.hexadecimal(
                UInt64(truncatingIfNeeded: value))
    }

    /// The name of the trace's nth span, 16 hexadecimal digits.
    func span(_ index: Int) -> String {
        // splitmix64's step keeps neighbours apart.
        var mixed =
            UInt64(truncatingIfNeeded: value) &+ (UInt64(bitPattern: Int64(index)) &+ 1) &* 0x9e37_79b9_7f4a_7c15
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return Self.hexadecimal(max(mixed ^ (mixed >> 31), 1))
    }

    private static func hexadecimal(_ value: UInt64) -> String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }
}

extension TurnRecord {
    package var traceID: TraceID { TraceID(sessionID: sessionID, turn: turn) }
}
