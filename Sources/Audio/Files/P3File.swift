/// A `.p3` file of the reference server: Opus packets of 16 kHz speech or music, each behind a header of four bytes
/// (type, reserved, big-endian length). Devices take the packets as they are.
///
/// Holds one packet at a time. Reads block for as long as the disk takes; see `SoundFile`. Not thread-safe.
public final class P3File {
    /// What the packets were made at.
    public static let sampleRate = 16_000
    /// RFC 6716 allows 1275 bytes for a frame; the longest packet, 120 ms, has six of them and their lengths.
    private static let longestPacket = 1275 * 6 + 14
    /// Reading ahead saves a system call for nearly every packet.
    private static let window = 4096

    private let file: RegularFile
    private var buffer: [UInt8] = []
    /// Where `buffer` begins in the file.
    private var bufferStart: Int64 = 0
    private var offset: Int64 = 0

    /// - Throws: `AudioError` when the file cannot be opened or does not begin with a packet.
    public init(path: String) throws(AudioError) {
        file = try RegularFile(path: path)
        guard try packet() != nil else { throw AudioError(.invalidData, "an empty .p3 file") }
        offset = 0
    }

    /// The next packet.
    ///
    /// - Returns: nil at the end of the file; a packet that was cut off there is left out.
    /// - Throws: `AudioError.invalidData` when a header or packet is not what it should be.
    public func packet() throws(AudioError) -> [UInt8]? {
        let header = try bytes(4, at: offset)
        guard header.count == 4 else { return nil }
        let start = header.startIndex
        let length = Int(header[start + 2]) << 8 | Int(header[start + 3])
        guard header[start] == 0, (1...Self.longestPacket).contains(length) else {
            throw AudioError(.invalidData, "not a .p3 packet at byte \(offset)")
        }
        let packet = try bytes(length, at: offset + 4)
        guard packet.count == length else { return nil }
        guard OpusPacket.duration(of: packet) != nil else {
            throw AudioError(.invalidData, "not an Opus packet at byte \(offset + 4)")
        }
        offset += 4 + Int64(length)
        return Array(packet)
    }

    /// Goes on from the packet that is playing at a moment; a moment behind the end means the end. Walks over the
    /// packets from the start: a few milliseconds for a song.
    ///
    /// - Throws: `AudioError.invalidData` when it meets something that is no packet.
    public func seek(to position: Duration) throws(AudioError) {
        offset = 0
        var passed = Duration.zero
        while true {
            let start = offset
            guard let packet = try packet() else { return }
            passed += OpusPacket.duration(of: packet[...]) ?? .zero
            if passed > position {
                offset = start
                return
            }
        }
    }

    private func bytes(_ count: Int, at place: Int64) throws(AudioError) -> ArraySlice<UInt8> {
        if place < bufferStart || place + Int64(count) > bufferStart + Int64(buffer.count) {
            buffer = try file.read(max(count, Self.window), at: place)
            bufferStart = place
        }
        let first = Int(place - bufferStart)
        return buffer[first..<min(first + count, buffer.count)]
    }
}
