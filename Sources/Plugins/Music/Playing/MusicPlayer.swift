import Audio
import Logging
import VoiceAPI

/// Opens songs for devices: what both music tools share.
final class MusicPlayer: Sendable {
    let library: MusicLibrary
    let memory = ListeningMemory()
    /// The thread that all songs are read on. It decodes well ahead of the ear, so listeners do not hear each other.
    let executor = FileExecutor(label: "yuyan.music.read")
    /// Whether the next song follows by itself.
    let autoNext: Bool
    let logger: Logger

    init(library: MusicLibrary, autoNext: Bool, logger: Logger) {
        self.library = library
        self.autoNext = autoNext
        self.logger = logger
    }

    /// Plays a song of an index from a moment on; when the file cannot be played, says so.
    func play(_ position: Int, of index: SongIndex, at start: Duration = .zero, in context: ToolContext) async
        -> ToolResult
    {
        let song = index[position]
        let words = MusicWords(context.language)
        let reader = SongReader(executor: executor)
        do {
            try await reader.open(song, in: library.folder, at: start)
        } catch {
            logger.warning("a song cannot be played", metadata: ["song": "\(song.title)", "reason": "\(error)"])
            return .speak(words.broken(song.title))
        }
        let ticket = memory.begin(.init(path: song.path, position: start), on: context.deviceID)
        let track = SongTrack(
            player: self, index: index, first: position, start: start, reader: reader, deviceID: context.deviceID,
            ticket: ticket)
        return .play(track, words: start > .zero ? words.goingOn(song.title) : words.playing(song.title))
    }

    /// Plays any song but the last one.
    func playRandom(in context: ToolContext) async -> ToolResult {
        let index = await library.index()
        guard let position = index.random(besides: memory.place(on: context.deviceID)?.path) else {
            return .speak(MusicWords(context.language).empty)
        }
        return await play(position, of: index, in: context)
    }
}
