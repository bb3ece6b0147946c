package import Conversation
package import Tools

/// One finished turn as telemetry sees it: the single source of its waterfall, its metrics and its trace, so that the
/// three can never tell different stories.
///
/// Made from a `TurnReport` in one place, `init(_:endedAt:)`. All times are durations since the session began.
package struct TurnRecord: Sendable, Equatable {
    package typealias Providers = TurnProviders
    package typealias ToolCall = ToolTiming

    package var sessionID: String
    package var deviceID: String
    package var turn: Int
    package var timeline: TurnTimeline
    package var providers = Providers()
    package var tools: [ToolCall] = []
    /// From the person's interrupting voice to silence.
    package var bargeIn: Duration?
    /// When the turn ended, if the session said so; otherwise its last mark stands for it.
    package var ended: Duration?
    /// The wall clock at the turn's end, nanoseconds since 1970.
    package var endedAt: Int64
    /// Private; shown only where the owner turned transcripts on.
    package var userText: String
    package var heardText: String

    /// - Parameter endedAt: the wall clock when the report came, nanoseconds since 1970.
    package init(_ report: TurnReport, endedAt: Int64 = WallClock.now()) {
        sessionID = report.sessionID
        deviceID = report.deviceID
        turn = report.turn
        timeline = report.timeline
        userText = report.userText
        heardText = report.heardText
        providers = report.providers
        tools = report.tools
        bargeIn = report.timeline.bargeIn
        ended = report.timeline.ended
        self.endedAt = endedAt
    }

    package var ending: TurnEnding { timeline.ending }

    /// The record without what was said.
    package var withoutWords: TurnRecord {
        var record = self
        record.userText = ""
        record.heardText = ""
        return record
    }
}

extension TurnRecord {
    /// The moments of the timeline in the order in which they happen, with the names used everywhere.
    package var moments: [(name: String, time: Duration)] {
        let all: [(String, Duration?)] = [
            ("last_voice", timeline.lastVoice), ("endpoint", timeline.endpoint), ("transcript", timeline.transcript),
            ("speech_announced", timeline.speechAnnounced), ("intent", timeline.intent),
            ("first_token", timeline.firstToken),
            ("first_sentence", timeline.firstSentence), ("first_audio", timeline.firstAudio),
            ("first_frame", timeline.firstFrame), ("playback_end", timeline.playbackEnd),
        ]
        return all.compactMap { name, time in time.map { (name, $0) } }
    }

    /// The first thing known of the turn.
    package var start: Duration {
        ([ended] + moments.map(\.time) + tools.map(\.start)).compactMap { $0 }.min() ?? .zero
    }

    /// The last thing known of the turn.
    package var end: Duration {
        ([ended] + moments.map(\.time) + tools.map { $0.end ?? $0.start }).compactMap { $0 }.max() ?? .zero
    }

    /// The wall clock of a moment of this turn, nanoseconds since 1970.
    package func wallClock(of moment: Duration) -> Int64 { endedAt &- (end - moment).inNanoseconds }

    /// From the last voice to the first frame: the silence a person hears.
    package var timeToFirstAudio: Duration? {
        guard let frame = timeline.firstFrame, let voice = timeline.lastVoice ?? timeline.endpoint else { return nil }
        return max(.zero, frame - voice)
    }

    /// The part of that silence that is ours: from the endpoint to the first frame, less what recognizer, model and
    /// voice took and the 100 ms between `tts start` and the first frame that a device needs (conformance statement 26).
    package var serverAdded: Duration? {
        guard let endpoint = timeline.endpoint, let transcript = timeline.transcript,
            let announced = timeline.speechAnnounced, let audio = timeline.firstAudio, let frame = timeline.firstFrame
        else { return nil }
        let settling = Duration.milliseconds(100)
        let providers = (transcript - endpoint) + max(settling, audio - announced)
        return max(.zero, frame - endpoint - providers)
    }
}
