import ArgumentParser

/// What the devices of a fleet do.
enum FleetMode: String, CaseIterable, ExpressibleByArgument, Sendable {
    /// Connected, hello said, nothing more.
    case idle
    /// Stream DTX silence.
    case silence
    /// Stream room noise.
    case noise
    /// Speak two seconds, hear the answer, think, and so on.
    case talk
    /// Connect, say hello, leave, connect again.
    case storm
}
