import CMpg123
public import VoiceAPI

/// Decodes MP3 while it arrives, to mono at the stream's own rate (mpg123's feeder).
public final class MP3StreamDecoder {
    private let handle: OpaquePointer
    private var sampleRate = 0
    private var channels = 1
    /// Bytes pushed before any sound came: an endless ID3 tag or no MP3 at all.
    private var silentBytes = 0
    private static let patience = 1 << 20

    public init() throws(AudioError) {
        var status: Int32 = 0
        guard let handle = mpg123_new(nil, &status), mpg123_open_feed(handle) == MPG123_OK.rawValue else {
            throw AudioError(.codecUnavailable, "no MP3 decoder")
        }
        _ = yuyan_mpg123_set_flags(handle, Int(MPG123_QUIET.rawValue | MPG123_MONO_MIX.rawValue))
        self.handle = handle
    }

    deinit { mpg123_delete(handle) }

    /// - Returns: what can be heard of the bytes so far.
    /// - Throws: `AudioError.invalidData` when it is no MP3.
    public func push(_ bytes: [UInt8]) throws(AudioError) -> [AudioFrame] {
        guard !bytes.isEmpty else { return [] }
        guard mpg123_feed(handle, bytes, bytes.count) == MPG123_OK.rawValue else {
            throw AudioError(.invalidData, "MP3: \(message)")
        }
        var frames: [AudioFrame] = []
        var output = [UInt8](repeating: 0, count: 16_384)
        while true {
            var count = 0
            let status = mpg123_read(handle, &output, output.count, &count)
            if status == MPG123_NEW_FORMAT.rawValue { readFormat() }
            if count > 0, sampleRate > 0 { frames.append(frame(output[..<count])) }
            if status == MPG123_OK.rawValue || status == MPG123_NEW_FORMAT.rawValue { continue }
            guard status == MPG123_NEED_MORE.rawValue || status == MPG123_DONE.rawValue else {
                throw AudioError(.invalidData, "MP3: \(message)")
            }
            break
        }
        silentBytes = frames.isEmpty ? silentBytes + bytes.count : 0
        guard silentBytes < Self.patience else {
            throw AudioError(.invalidData, "no sound in \(silentBytes) bytes of MP3")
        }
        return frames
    }

    private var message: String { String(cString: mpg123_strerror(handle)) }

    private func readFormat() {
        var rate = 0
        var channelCount: Int32 = 0
        var encoding: Int32 = 0
        mpg123_getformat(handle, &rate, &channelCount, &encoding)
        sampleRate = rate
        channels = max(1, Int(channelCount))
    }

    private func frame(_ bytes: ArraySlice<UInt8>) -> AudioFrame {
        let pcm = Array(bytes)
        let width = channels * 2
        let samples = (0..<pcm.count / width).map { index in
            let sum = (0..<channels).reduce(0) {
                $0 + Int(Int16(bitPattern: pcm.littleEndian(UInt16.self, at: index * width + $1 * 2)))
            }
            return Int16(clamping: sum / channels)
        }
        return AudioFrame(sampleRate: sampleRate, samples: samples)
    }
}
