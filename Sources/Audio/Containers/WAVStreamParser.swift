public import VoiceAPI

/// Reads WAV while it arrives: chunks are walked, sizes that lie (0 or 4 GB, as streaming writers leave them) mean "until
/// the end". Integer PCM of 8, 16, 24 and 32 bits and 32-bit float, any number of channels, mixed to mono.
public struct WAVStreamParser: Sendable {
    private struct Format {
        var tag: Int
        var channels: Int
        var sampleRate: Int
        var bits: Int
        var bytesPerFrame: Int { channels * bits / 8 }
    }

    private var buffer: [UInt8] = []
    private var format: Format?
    private var isInData = false
    /// Bytes of sound left in the data chunk; nil until the end of the stream.
    private var remaining: Int?
    private var hasRIFF = false

    /// A header longer than this is not a header.
    private static let maximumHeader = 1 << 16

    public init() {}

    /// - Returns: whole sample frames that arrived; nil when there are none yet.
    public mutating func push(_ bytes: some Collection<UInt8>) throws(AudioError) -> AudioFrame? {
        buffer += bytes
        if !isInData { try parseHeader() }
        guard isInData, let format else { return nil }
        var available = buffer.count
        if let remaining { available = min(available, remaining) }
        available -= available % format.bytesPerFrame
        guard available > 0 else { return nil }
        let samples = Self.mono(buffer[..<available], format)
        buffer.removeFirst(available)
        if let left = remaining { remaining = left - available }
        return AudioFrame(sampleRate: format.sampleRate, samples: samples)
    }

    private mutating func parseHeader() throws(AudioError) {
        if !hasRIFF {
            guard buffer.count >= 12 else { return }
            guard buffer.starts(with: "RIFF".utf8), buffer[8..<12].elementsEqual("WAVE".utf8) else {
                throw AudioError(.invalidData, "this is not a WAV file")
            }
            buffer.removeFirst(12)
            hasRIFF = true
        }
        while buffer.count >= 8 {
            let name = String(decoding: buffer[..<4], as: UTF8.self)
            let size = Int(buffer.littleEndian(UInt32.self, at: 4))
            if name == "data" {
                guard format != nil else { throw AudioError(.invalidData, "a WAV file with sound before its format") }
                buffer.removeFirst(8)
                remaining = size == 0 || size >= 0x7FFF_F000 ? nil : size
                isInData = true
                return
            }
            guard size <= Self.maximumHeader else { throw AudioError(.invalidData, "a WAV chunk of \(size) bytes") }
            let padded = 8 + size + size % 2
            guard buffer.count >= padded else { return }
            if name == "fmt " { format = try Self.parseFormat(buffer[8..<8 + size]) }
            buffer.removeFirst(padded)
        }
    }

    private static func parseFormat(_ chunk: ArraySlice<UInt8>) throws(AudioError) -> Format {
        let bytes = Array(chunk)
        guard bytes.count >= 16 else { throw AudioError(.invalidData, "a WAV format of \(bytes.count) bytes") }
        var tag = Int(bytes.littleEndian(UInt16.self, at: 0))
        // Extensible: the real tag is the beginning of a GUID.
        if tag == 0xFFFE, bytes.count >= 26 { tag = Int(bytes.littleEndian(UInt16.self, at: 24)) }
        let format = Format(
            tag: tag, channels: Int(bytes.littleEndian(UInt16.self, at: 2)),
            sampleRate: Int(bytes.littleEndian(UInt32.self, at: 4)), bits: Int(bytes.littleEndian(UInt16.self, at: 14)))
        let isKnown = tag == 1 ? [8, 16, 24, 32].contains(format.bits) : tag == 3 && format.bits == 32
        guard isKnown, (1...16).contains(format.channels), (1000...384_000).contains(format.sampleRate) else {
            throw AudioError(
                .unsupportedFormat,
                "WAV format \(tag) with \(format.bits) bits, \(format.channels) channels, \(format.sampleRate) Hz")
        }
        return format
    }

    private static func mono(_ bytes: ArraySlice<UInt8>, _ format: Format) -> [Int16] {
        let width = format.bits / 8
        var samples: [Int16] = []
        samples.reserveCapacity(bytes.count / format.bytesPerFrame)
        var position = bytes.startIndex
        while position + format.bytesPerFrame <= bytes.endIndex {
            var sum = 0
            for channel in 0..<format.channels {
                sum += sample(bytes, at: position + channel * width, format)
            }
            samples.append(Int16(clamping: sum / format.channels))
            position += format.bytesPerFrame
        }
        return samples
    }

    /// One sample scaled to 16 bits.
    private static func sample(_ bytes: ArraySlice<UInt8>, at position: Int, _ format: Format) -> Int {
        if format.tag == 3 {
            let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[position + $1]) << (8 * $1) }
            let value = Float(bitPattern: bits)
            return value.isFinite ? Int(max(-1, min(1, value)) * 32_767) : 0
        }
        switch format.bits {
        case 8: return (Int(bytes[position]) - 128) << 8
        default:
            // The two most significant bytes of a little-endian sample.
            let high = position + format.bits / 8 - 1
            return Int(Int16(bitPattern: UInt16(bytes[high]) << 8 | UInt16(bytes[high - 1])))
        }
    }
}

extension [UInt8] {
    func littleEndian<Value: FixedWidthInteger>(_ type: Value.Type, at offset: Int) -> Value {
        var value: Value = 0
        for index in 0..<(Value.bitWidth / 8) { value |= Value(self[offset + index]) << (8 * index) }
        return value
    }
}
