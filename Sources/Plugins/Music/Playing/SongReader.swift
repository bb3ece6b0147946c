import Audio
import VoiceAPI

/// Reads one song piece by piece, on the thread for files.
actor SongReader {
    private enum Source {
        case sound(SoundFile)
        case packets(P3File)
    }
    private let executor: FileExecutor
    private var source: Source?

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(executor: FileExecutor) { self.executor = executor }

    /// - Parameter position: where to begin.
    /// - Throws: `AudioError` when the song is gone or cannot be played.
    func open(_ song: Song, in folder: MusicFolder, at position: Duration) throws(AudioError) {
        let path = folder.resolve(song) ?? ""
        if song.fileExtension == "p3" {
            let file = try P3File(path: path)
            if position > .zero { try file.seek(to: position) }
            source = .packets(file)
        } else {
            let file = try SoundFile(path: path)
            if position > .zero { try file.seek(to: position) }
            source = .sound(file)
        }
    }

    /// - Returns: nil at the end of the song.
    /// - Throws: `AudioError` when the file is damaged from here on.
    func next() throws(AudioError) -> TrackPiece? {
        switch source {
        case .sound(let file)?: try file.read().map { .frame($0) }
        case .packets(let file)?: try file.packet().map { .packet($0) }
        case nil: nil
        }
    }
}

extension TrackPiece {
    /// How long it plays.
    var duration: Duration {
        switch self {
        case .frame(let frame): frame.duration
        case .packet(let packet): OpusPacket.duration(of: packet[...]) ?? .zero
        }
    }
}
