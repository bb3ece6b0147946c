package import VoiceAPI

/// What happens in a session while it lasts, for whoever counts. The composition root gives every session a function
/// that takes these; it is called on the session's own path, so it must not block and must not suspend.
package enum SessionEvent: Sendable {
    /// `Session.serve` has begun.
    case opened
    /// `Session.serve` is over. The reason is one of the few fixed words of this room's source (`device left`,
    /// `connection lost`, `idle`, …), never anything that a device said.
    case closed(reason: String)
    /// A turn's subtree began; `turnEnded` follows.
    case turnBegan
    case turnEnded
    /// An audio frame came from the device.
    case frameReceived
    /// An audio frame came too late to be listened to, because the server does not keep up (`HearingLoad`).
    case frameUnheard
    /// An audio frame was handed to the writer.
    ///
    /// - `lateness`: how long after its time, see `PlayoutClock.lateness`.
    /// - `gap`: how long the device had nothing to play before it, because model or voice fell behind.
    case frameSent(lateness: Duration, gap: Duration)
    /// A provider's call went well; `kind` is `asr`, `llm` or `tts`.
    case providerAnswered(provider: String, kind: String)
    /// A provider's call failed; the turn was not cancelled.
    case providerFailed(ProviderError, kind: String)
}

extension SessionEvent {
    /// A failed call, whatever was thrown.
    static func failed(_ error: any Error, provider: String, kind: String) -> SessionEvent {
        let error =
            error as? ProviderError
            ?? ProviderError(.unavailable, provider: provider, message: "an unexpected error", cause: error)
        return .providerFailed(error, kind: kind)
    }
}
