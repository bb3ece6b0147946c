import CSndFile
public import VoiceAPI

/// A song or recording on disk, read block by block as mono: WAV, FLAC, Ogg Vorbis, Ogg Opus and MP3 (libsndfile).
///
/// Never holds more than the decoder's own state and one block, however long the file is. Every call reads the disk
/// and blocks: a block of 60 ms comes from the page cache in well under a millisecond, but opening or seeking an MP3
/// walks over its frame headers, and a sleeping or distant disk takes what it takes. Call it from a thread that may
/// wait (`FileExecutor`), never from Swift's cooperative pool. Not thread-safe.
public final class SoundFile {
    private let handle: OpaquePointer
    private let file: SoundFileInput
    private let channels: Int
    private var interleaved: [Float] = []
    /// Samples per second.
    public let sampleRate: Int
    /// nil when the format does not say.
    public let duration: Duration?

    private static let formats: Set<Int32> = [
        Int32(SF_FORMAT_WAV), Int32(SF_FORMAT_WAVEX), Int32(SF_FORMAT_RF64),
        Int32(SF_FORMAT_FLAC), Int32(SF_FORMAT_OGG), Int32(SF_FORMAT_MPEG),
    ]

    /// - Throws: `AudioError` when the file cannot be read, is no sound, or a sound nobody would play (more than
    ///   eight channels, a rate outside 4 to 384 kHz).
    public init(path: String) throws(AudioError) {
        file = SoundFileInput(try RegularFile(path: path))
        var info = SF_INFO()
        // libsndfile reads through us: given a descriptor it may or may not close it after a failure, depending on its
        // version, and closing one twice closes somebody else's file.
        var input = SoundFileInput.callbacks
        guard let handle = sf_open_virtual(&input, Int32(SFM_READ), &info, Unmanaged.passUnretained(file).toOpaque())
        else { throw AudioError(.invalidData, "not a sound file: \(String(cString: sf_strerror(nil)))") }
        guard Self.formats.contains(info.format & Int32(SF_FORMAT_TYPEMASK)) else {
            sf_close(handle)
            throw AudioError(.unsupportedFormat, "a kind of sound file that is not played here")
        }
        guard (1...8).contains(info.channels), (4000...384_000).contains(info.samplerate), info.frames >= 0 else {
            sf_close(handle)
            throw AudioError(
                .unsupportedFormat, "\(info.channels) channels at \(info.samplerate) Hz cannot be played")
        }
        self.handle = handle
        channels = Int(info.channels)
        sampleRate = Int(info.samplerate)
        let isKnown = info.frames < Int64.max / 1_000_000
        duration = isKnown ? Self.duration(samples: info.frames, rate: Int64(info.samplerate)) : nil
    }

    // `file` outlives the handle: properties go after this.
    deinit { sf_close(handle) }

    /// The next block, its channels mixed to one.
    ///
    /// - Parameter milliseconds: how long the block should be, 1 to 1000.
    /// - Returns: nil at the end of the file; a shorter block just before it. A file that was cut off ends early.
    /// - Throws: `AudioError.invalidData` when the decoder meets bytes it cannot read over.
    public func read(milliseconds: Int = 60) throws(AudioError) -> AudioFrame? {
        let wanted = max(1, sampleRate * min(max(milliseconds, 1), 1000) / 1000)
        if interleaved.count < wanted * channels { interleaved = [Float](repeating: 0, count: wanted * channels) }
        // As Float, because libsndfile lets loud Vorbis and Opus samples wrap around when it makes integers of them.
        let count = Int(sf_readf_float(handle, &interleaved, Int64(wanted)))
        guard count > 0 else {
            let failure = sf_error(handle)
            guard failure == 0 else {
                throw AudioError(.invalidData, "broken sound file: \(String(cString: sf_error_number(failure)))")
            }
            return nil
        }
        return AudioFrame(sampleRate: sampleRate, samples: mixed(count))
    }

    /// Goes on from a moment of the file; a moment behind its end means the end.
    ///
    /// - Throws: `AudioError.invalidData` when the file cannot be searched.
    public func seek(to position: Duration) throws(AudioError) {
        var target = Self.samples(in: max(position, .zero), rate: Int64(sampleRate))
        if let duration { target = min(target, Self.samples(in: duration, rate: Int64(sampleRate))) }
        guard sf_seek(handle, target, Int32(SEEK_SET)) >= 0 else {
            throw AudioError(.invalidData, "cannot go to second \(position.components.seconds) of the file")
        }
    }

    private func mixed(_ count: Int) -> [Int16] {
        // libsndfile divides 16-bit sound by this, so it comes out exactly as it is in the file.
        let scale = 32_768 / Float(channels)
        return interleaved.withUnsafeBufferPointer { source in
            [Int16](unsafeUninitializedCapacity: count) { target, filled in
                var next = 0
                while filled < count {
                    var sum: Float = 0
                    for _ in 0..<channels {
                        sum += source[next]
                        next += 1
                    }
                    // NaN compares false to everything, so a broken float file gives silence and no trap.
                    let level = sum * scale
                    let isAudible = level > -32_768 && level < 32_767
                    target.initializeElement(
                        at: filled,
                        to: isAudible ? Int16(level.rounded()) : level >= 32_767 ? .max : level < 0 ? .min : 0)
                    filled += 1
                }
            }
        }
    }

    private static func duration(samples: Int64, rate: Int64) -> Duration {
        .seconds(samples / rate) + .nanoseconds(samples % rate * 1_000_000_000 / rate)
    }

    /// Samples in a time, rounded; saturates.
    private static func samples(in time: Duration, rate: Int64) -> Int64 {
        let (seconds, attoseconds) = time.components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: rate)
        guard !overflow, whole < Int64.max / 2 else { return Int64.max / 2 }
        return whole + (attoseconds / 1_000_000_000 * rate + 500_000_000) / 1_000_000_000
    }
}
