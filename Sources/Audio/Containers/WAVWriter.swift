/// Writes 16-bit mono WAV.
public enum WAVWriter {
    public static func encode(_ samples: some Collection<Int16>, sampleRate: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(44 + samples.count * 2)
        let length = UInt32(clamping: samples.count * 2)
        bytes += "RIFF".utf8
        bytes.appendLittleEndian(length &+ 36)
        bytes += "WAVEfmt ".utf8
        bytes.appendLittleEndian(UInt32(16))
        bytes.appendLittleEndian(UInt16(1))
        bytes.appendLittleEndian(UInt16(1))
        bytes.appendLittleEndian(UInt32(clamping: sampleRate))
        bytes.appendLittleEndian(UInt32(clamping: sampleRate * 2))
        bytes.appendLittleEndian(UInt16(2))
        bytes.appendLittleEndian(UInt16(16))
        bytes += "data".utf8
        bytes.appendLittleEndian(length)
        for sample in samples { bytes.appendLittleEndian(UInt16(bitPattern: sample)) }
        return bytes
    }
}

extension [UInt8] {
    mutating func appendLittleEndian<Value: FixedWidthInteger>(_ value: Value) {
        for shift in stride(from: 0, to: Value.bitWidth, by: 8) { append(UInt8(truncatingIfNeeded: value >> shift)) }
    }
}
