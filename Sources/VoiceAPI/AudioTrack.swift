/// Sound that a tool gives to be played as it is: a song, a recording.
public protocol AudioTrack: Sendable {
    /// Shown on the device while it plays.
    var title: String { get }

    /// Gives the sound in order, as fast as `emit` takes it: playout paces, and never holds more than a few seconds.
    ///
    /// - Throws: `ProviderError` when the sound cannot be read on; `.cancelled` when the person interrupts, at the
    ///   latest at the next `emit`.
    func play(emit: (TrackPiece) async -> Void) async throws(ProviderError)

    /// Called once, when it has ended or was interrupted. `play` runs some seconds ahead of the ear; this is what was
    /// really heard, so that it can be resumed there.
    func stopped(afterHearing heard: Duration)
}

extension AudioTrack {
    public func stopped(afterHearing heard: Duration) {}
}

/// A piece of a track.
public enum TrackPiece: Sendable {
    /// PCM of any one rate.
    case frame(AudioFrame)
    /// One Opus packet, passed on as it is when its length is the device's.
    case packet([UInt8])
}
