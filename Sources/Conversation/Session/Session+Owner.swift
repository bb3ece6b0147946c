import Flow
package import JSON
package import Tools
package import VoiceAPI

/// What the owner's agent may do with a device, outside any conversation.
extension Session {
    /// The device has so long for a call of its owner.
    private static let ownersPatience = Duration.seconds(30)

    package func status() -> SessionStatus {
        let phase: SessionStatus.Phase =
            switch machine.phase {
            case .idle: .idle
            case .hearing: .hearing
            case .replying: .replying
            }
        let waiting = capture.utterance?.audio.depth ?? 0
        return SessionStatus(
            phase: phase, connectedFor: clock.now - began,
            silentFor: clock.now - max(lastPost, activity.lastFrame), messages: activity.messages,
            packets: activity.packets, bytes: activity.bytes, busy: computing.total,
            queuedAudio: connection.backlog + waiting / 60,
            // A millisecond of speech is 16 samples of 2 bytes; an outgoing frame has some 200 bytes.
            memoryEstimate: 20_000 + waiting * 32 + connection.backlog * 200 + dialogue.size,
            hasListened: capture.hasListened,
            toolCount: tools.device.tools.count, things: things)
    }

    /// The device's own tools, also those no conversation gets.
    package func toolsForOwner() -> ToolRegistry { ToolRegistry(tools.device.tools, for: .owner) }

    /// Calls a tool of the device with the owner's permission. Does not disturb a conversation that is going on.
    ///
    /// - Parameters:
    ///   - name: as in `toolsForOwner`, or as the device itself calls it.
    ///   - arguments: checked against the tool's schema.
    /// - Returns: `.failure` for whatever went wrong, also cancellation.
    package nonisolated func callForOwner(_ name: String, _ arguments: JSON) async -> ToolResult {
        let registry = await toolsForOwner()
        let name = registry[name] == nil ? ToolName.sanitized(name) : name
        let executor = ToolExecutor(registry: registry, clock: clock, defaultTimeout: Self.ownersPatience)
        let call = ToolCall(id: "owner", name: name, arguments: arguments.description)
        do {
            let results = try await executor.run(
                [call], in: ToolContext(deviceID: identity.deviceID, sessionID: id, language: nil))
            return results.first ?? .silent
        } catch {
            return .failure("the call was cancelled")
        }
    }
}
