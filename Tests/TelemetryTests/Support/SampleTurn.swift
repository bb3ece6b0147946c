@testable import Conversation
import Telemetry

/// Turns for the tests, with round figures.
enum SampleTurn {
    /// 400 ms of endpointing, 200 ms of recognition, 300 ms to the first sentence, 100 ms of voice.
    static func report(
        turn: Int = 1, device: String = "aa:bb:cc:dd:ee:ff", session: String = "session-1",
        ending: TurnEnding = .completed, from start: Duration = .seconds(10)
    ) -> TurnReport {
        var timeline = TurnTimeline()
        timeline.lastVoice = start
        timeline.endpoint = start + .milliseconds(400)
        timeline.transcript = start + .milliseconds(600)
        timeline.speechAnnounced = start + .milliseconds(605)
        timeline.firstToken = start + .milliseconds(805)
        timeline.firstSentence = start + .milliseconds(905)
        timeline.firstAudio = start + .milliseconds(1005)
        timeline.firstFrame = start + .milliseconds(1010)
        timeline.playbackEnd = start + .milliseconds(3010)
        timeline.ending = ending
        return TurnReport(
            sessionID: session, deviceID: device, turn: turn, timeline: timeline, heardText: "It is sunny.",
            userText: "how is the weather")
    }

    /// 2026-11-24T00:00:00Z in nanoseconds.
    static let endedAt: Int64 = 1_795_478_400_000_000_000

    static func record(_ report: TurnReport = report()) -> TurnRecord {
        var record = TurnRecord(report, endedAt: endedAt)
        record.providers = .init(detector: "SileroVAD", recognizer: "Ears", model: "Mind", voice: "Mouth")
        return record
    }
}
