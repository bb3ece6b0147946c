import Conversation
package import JSON

extension TurnRecord {
    /// The turn as `/api/turns` shows it: times in milliseconds since the turn began.
    ///
    /// The words are there only when the record holds them (`FlightRecorder.keepsWords`).
    package var json: JSON {
        func milliseconds(_ duration: Duration) -> JSON { .number((duration.inSeconds * 10_000).rounded() / 10) }
        var object: JSONObject = [
            "device_id": .string(deviceID), "session_id": .string(sessionID), "turn_id": .integer(Int64(turn)),
            "trace_id": .string(traceID.text), "ending": .string(ending.rawValue),
            "ended_at": .string(WallClock.text(endedAt)), "duration_ms": milliseconds(end - start),
        ]
        var marks = JSONObject()
        for moment in moments { marks[moment.name] = milliseconds(moment.time - start) }
        object["marks_ms"] = .object(marks)
        object["spans"] = .array(
            spans.map { span in
                var value: JSONObject = [
                    "stage": .string(span.stage.rawValue), "start_ms": milliseconds(span.start - start),
                    "took_ms": milliseconds(span.duration), "outcome": .string(span.outcome.rawValue),
                ]
                value["provider"] = span.provider.map { .string($0) }
                return .object(value)
            })
        object["time_to_first_audio_ms"] = timeToFirstAudio.map(milliseconds)
        object["server_added_ms"] = serverAdded.map(milliseconds)
        object["barge_in_ms"] = bargeIn.map(milliseconds)
        if !userText.isEmpty { object["user_text"] = .string(userText) }
        if !heardText.isEmpty { object["heard_text"] = .string(heardText) }
        return .object(object)
    }
}
