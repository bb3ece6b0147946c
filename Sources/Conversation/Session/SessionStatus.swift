package import JSON

/// What somebody outside a conversation may know of it.
package struct SessionStatus: Sendable, Equatable {
    package enum Phase: String, Sendable {
        case idle, hearing, replying
    }
    package var phase: Phase
    package var connectedFor: Duration
    /// It takes speech (conformance statement 27).
    package var hasListened: Bool
    /// The device's own tools, also those for its owner alone.
    package var toolCount: Int
    /// The values of its things as last told, by thing and property.
    package var things: JSON
}
