import Audio
import Logging
import Synchronization
import VoiceAPI

/// A song while a device listens to it; with `auto_next` the songs behind it too, once round the folder.
final class SongTrack: AudioTrack {
    private let player: MusicPlayer
    private let index: SongIndex
    private let first: Int
    private let start: Duration
    /// The first song, open already.
    private let reader: SongReader
    private let deviceID: String
    private let ticket: Int
    private let ledger = Mutex(PlayLedger())

    /// Of the first song.
    var title: String { index[first].title }

    /// - Parameters:
    ///   - reader: of the first song, open and at `start`.
    ///   - ticket: of the player's memory.
    init(
        player: MusicPlayer, index: SongIndex, first: Int, start: Duration, reader: SongReader, deviceID: String,
        ticket: Int
    ) {
        self.player = player
        self.index = index
        self.first = first
        self.start = start
        self.reader = reader
        self.deviceID = deviceID
        self.ticket = ticket
    }

    func play(emit: (TrackPiece) async -> Void) async throws(ProviderError) {
        try await play(index[first], from: reader, at: start, emit: emit)
        guard player.autoNext else { return }
        for step in 1..<max(index.count, 1) {
            let song = index[(first + step) % index.count]
            let reader = SongReader(executor: player.executor)
            do {
                try await reader.open(song, in: player.library.folder, at: .zero)
            } catch {
                player.logger.info("a song is left out", metadata: ["song": "\(song.title)", "reason": "\(error)"])
                continue
            }
            try await play(song, from: reader, at: .zero, emit: emit)
        }
    }

    func stopped(afterHearing heard: Duration) {
        guard let place = ledger.withLock({ $0.place(after: heard) }) else { return }
        player.memory.update(place, on: deviceID, ticket: ticket)
    }

    /// A song that is damaged half-way simply ends there: what can be heard of it was heard.
    private func play(
        _ song: Song, from reader: SongReader, at start: Duration, emit: (TrackPiece) async -> Void
    ) async throws(ProviderError) {
        ledger.withLock { $0.begin(song.path, at: start) }
        var isSilent = true
        while true {
            let piece: TrackPiece?
            do {
                piece = try await reader.next()
            } catch {
                guard !isSilent || player.autoNext else {
                    throw ProviderError(
                        .invalidResponse, provider: MusicPlugin.name, message: "\(song.title) cannot be played",
                        cause: error)
                }
                player.logger.info("a song is damaged", metadata: ["song": "\(song.title)", "reason": "\(error)"])
                break
            }
            try Self.checkCancellation()
            guard let piece else { break }
            await emit(piece)
            isSilent = false
            note { $0.emitted(piece.duration) }
            try Self.checkCancellation()
        }
        note { $0.complete() }
    }

    private func note(_ change: (inout PlayLedger) -> Void) {
        let latest = ledger.withLock { ledger in
            change(&ledger)
            return ledger.latest
        }
        if let latest { player.memory.update(latest, on: deviceID, ticket: ticket) }
    }

    private static func checkCancellation() throws(ProviderError) {
        guard Task.isCancelled else { return }
        throw ProviderError(.cancelled, provider: MusicPlugin.name, message: "the person interrupted the song")
    }
}
