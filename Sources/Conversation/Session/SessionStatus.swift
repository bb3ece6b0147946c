package import JSON

/// What somebody outside a conversation may know of it.
package struct SessionStatus: Sendable, Equatable {
    package enum Phase: String, Sendable {
        case idle, hearing, replying
    }
    package var phase: Phase
    package var connectedFor: Duration
    /// Since the last frame either way.
    package var silentFor: Duration
    /// Frames and bytes received.
    package var messages: Int
    package var packets: Int
    package var bytes: Int
    /// Time spent on decoding and encoding its audio so far.
    package var busy: Duration
    /// Audio messages that wait to be sent or to be recognized.
    package var queuedAudio: Int
    /// A rough figure, in bytes: what grows with use, not what every session has.
    package var memoryEstimate: Int
    /// It takes speech (conformance statement 27).
    package var hasListened: Bool
    /// The device's own tools, also those for its owner alone.
    package var toolCount: Int
    /// The values of its things as last told, by thing and property.
    package var things: JSON
}
