import Conversation
import JSON
import VoiceTesting

/// Shows a conversation as it happens.
struct TalkPrinter: Sendable {
    let asJSON: Bool

    func found(_ address: DeviceAddress) { line("connecting to \(address.url)") }

    /// Asks for the next line.
    @Sendable func prompt() -> String? {
        Terminal.say("say something (empty line ends): ", newline: false)
        guard let line = readLine(), !line.isEmpty else { return nil }
        return line
    }

    func show(_ event: VirtualDevice.Event) {
        switch event {
        case .connected(let session): line("connected, session \(session)")
        case .heard(let text): line("  it heard:    \(text)")
        case .emotion(let emoji): line("  it feels:    \(emoji)")
        case .answered(let text): line("  it answers:  \(text)")
        case .firstAudio(let delay): line("  first sound \(delay.milliseconds) ms after your last word")
        case .toolCalled(let name): line("  it uses:      \(name)")
        case .replyEnded: break
        }
    }

    func finish(turn: VirtualDevice.Exchange, asked: TalkScript.Turn, recording: String) {
        let seconds = Double(turn.audio.count) / Double(VirtualDevice.playbackRate)
        let length = (seconds * 10).rounded() / 10
        guard asJSON else {
            line("  \(length) s of answer, written to \(recording)")
            return
        }
        var json: JSONObject = [
            "heard": .string(turn.heard), "answer": .string(turn.answer.joined(separator: " ")),
            "whole": .bool(turn.isWhole), "audio_seconds": .number(length), "packets": .integer(Int64(turn.packets)),
            "recording": .string(recording),
        ]
        if let delay = turn.timeToFirstAudio { json["first_audio_ms"] = .integer(Int64(delay.milliseconds)) }
        if let delay = turn.timeToTranscript { json["transcript_ms"] = .integer(Int64(delay.milliseconds)) }
        if let emotion = turn.emotion { json["emotion"] = .string(emotion) }
        Terminal.say(JSON.object(json).description)
    }

    /// The turn's waterfall, or one more JSON object.
    func show(_ trace: TurnTracer.Trace) {
        guard asJSON else { return Terminal.say(trace.text) }
        let json: JSON = ["trace": trace.json]
        Terminal.say(json.description)
    }

    func fail(_ error: any Error) { Terminal.error("talk failed: \(error)") }

    private func line(_ text: String) { if !asJSON { Terminal.say(text) } }
}
