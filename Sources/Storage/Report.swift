package import JSON

/// Something a sink outside of the server is to know, waiting in the table `report` until the sink acknowledged it.
package struct Report: Sendable, Equatable {
    /// Grows with time and is never used twice, so that a receiver can tell a repetition.
    package var id: Int64
    package var deviceID: String
    /// When it was made: milliseconds since 1970, UTC.
    package var createdAt: Int64
    package var body: JSON

    package init(id: Int64, deviceID: String, createdAt: Int64, body: JSON) {
        self.id = id
        self.deviceID = deviceID
        self.createdAt = createdAt
        self.body = body
    }

    /// The body, with the report's number before it: what sinks write and send.
    package var json: JSON {
        var object: JSONObject = ["report_id": .integer(id)]
        for member in body.object ?? [:] { object[member.key] = member.value }
        return .object(object)
    }
}
