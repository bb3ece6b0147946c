import ArgumentParser

/// What the devices of a fleet do.
enum FleetMode: String, CaseIterable, ExpressibleByArgument, Sendable {
    /// Connected, hello said, nothing more.
    case idle
    /// Stream DTX silence; ten of them talk, to show whether the server keeps up.
    case silence
    /// Stream room noise; ten of them talk.
    case noise
    /// Speak two seconds, hear the answer, think, and so on.
    case talk
    /// Talk in turns, and speak into every other answer.
    case bargeIn = "barge-in"
    /// Talk in turns; every tenth never reads what it is sent.
    case slowReader = "slow-reader"
    /// Talk in turns; every tenth has a model that never answers. Needs the fleet's own server.
    case stalledProvider = "stalled-provider"
    /// Connect, say hello, leave, connect again.
    case storm

    /// Whether somebody in the fleet talks, so that the wait for answers is measured.
    var talks: Bool { self != .idle && self != .storm }
}
