package import JSON

/// One finished turn, as the journal keeps it: a row of the table `turn`.
package struct JournalEntry: Sendable, Equatable {
    package var sessionID: String
    package var deviceID: String
    /// Counted from the session's beginning.
    package var turn: Int
    /// When it ended: milliseconds since 1970, UTC.
    package var endedAt: Int64
    /// `completed`, `interrupted`, `failed` or `unintelligible`.
    package var ending: String
    /// An object of moments, in milliseconds since the session began; what did not happen is left out.
    package var timings: JSON
    /// What the person said; nil unless the owner turned transcripts on.
    package var userText: String?
    /// What the person heard of the answer; nil unless the owner turned transcripts on.
    package var heardText: String?

    package init(
        sessionID: String, deviceID: String, turn: Int, endedAt: Int64, ending: String, timings: JSON,
        userText: String? = nil, heardText: String? = nil
    ) {
        self.sessionID = sessionID
        self.deviceID = deviceID
        self.turn = turn
        self.endedAt = endedAt
        self.ending = ending
        self.timings = timings
        self.userText = userText
        self.heardText = heardText
    }

    /// What a report of this turn says; words are in it only when the entry has them.
    package var json: JSON {
        var object: JSONObject = [
            "session_id": .string(sessionID), "device_id": .string(deviceID), "turn_id": .integer(Int64(turn)),
            "ended_at_ms": .integer(endedAt), "ending": .string(ending), "timings_ms": timings,
        ]
        object["user_text"] = userText.map { .string($0) }
        object["heard_text"] = heardText.map { .string($0) }
        return .object(object)
    }
}
