import DeviceProtocol
import Flow

/// What happens when nobody speaks: a goodbye, then the end of the connection.
extension Session {
    /// A board counts a channel without data for 120 s as dead (conformance statement 10), so it is closed before.
    ///
    /// A device that is streaming its microphone has a person near it and hears a goodbye first, as with the reference
    /// server; one that only holds the connection is closed without a word.
    func watchIdleness() {
        let patience = max(lastPost + settings.idleLimit - clock.now, .seconds(1))
        connection.setAlarm(after: patience) { [weak self] in await self?.checkIdleness() }
    }

    private func checkIdleness() async {
        if clock.now >= lastPost + settings.idleLimit {
            // Whoever speaks, or is being answered, is not idle; every turn ends by its own deadlines. The board must hear
            // something meanwhile, and after a turn without words time begins anew.
            guard machine.current == nil, !(capture.mode == .manual && isStreaming) else {
                if features.emoji { post(.emotion(.neutral)) }
                return watchIdleness()
            }
            guard isStreaming else { return close(1000, reason: "idle") }
            await sayGoodbye()
        }
        watchIdleness()
    }

    private func sayGoodbye() async {
        let farewell = settings.phrases.phrase(settings.phrases.farewell, language: dialogue.language)
        let turn = begin(settings.farewellPrompt.map { .instruction($0) } ?? .announcement(farewell))
        leavesAfterReply = true
        await run(turn)
    }

    /// Sound came from the device just now.
    private var isStreaming: Bool {
        capture.isOpen && activity.packets > 0 && clock.now - activity.lastFrame < .seconds(5)
    }
}
