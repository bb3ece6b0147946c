import Conversation
import Logging

/// One line for each finished turn: how long it took, never what was said.
enum TurnLog {
    static func write(_ report: TurnReport, to logger: Logger) {
        var metadata: Logger.Metadata = [
            "session_id": "\(report.sessionID)", "device_id": "\(report.deviceID)", "turn_id": "\(report.turn)",
            "ending": "\(report.timeline.ending.rawValue)",
        ]
        let timeline = report.timeline
        metadata["endpoint_ms"] = span(timeline.lastVoice, timeline.endpoint)
        metadata["asr_ms"] = span(timeline.endpoint, timeline.transcript)
        metadata["first_token_ms"] = span(timeline.speechAnnounced, timeline.firstToken)
        metadata["first_audio_ms"] = span(timeline.firstSentence, timeline.firstAudio)
        metadata["first_frame_ms"] = span(timeline.endpoint ?? timeline.speechAnnounced, timeline.firstFrame)
        logger.info("turn ended", metadata: metadata)
    }

    private static func span(_ start: Duration?, _ end: Duration?) -> Logger.MetadataValue? {
        guard let start, let end else { return nil }
        return "\((end - start).milliseconds)"
    }
}
