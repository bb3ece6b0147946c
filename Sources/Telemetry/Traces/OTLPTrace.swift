import Conversation
package import JSON

/// A turn as a trace in OTLP's JSON encoding (https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding): one
/// root span for the turn, one child for each stage. Holds nothing that was said.
package enum OTLPTrace {
    private enum Status: Int { case unset = 0, error = 2 }
    /// SPAN_KIND_INTERNAL.
    private static let kind: JSON = 1

    /// The body of one export of several turns.
    ///
    /// - Parameter version: of this server, for `service.version`.
    package static func request(_ turns: [TurnRecord], version: String) -> JSON {
        let resource: JSON = [
            "attributes": .array([
                attribute("service.name", "yuyan"), attribute("service.version", .string(version)),
            ])
        ]
        let scope: JSON = ["scope": ["name": "yuyan.turns"], "spans": .array(turns.flatMap(spans))]
        return ["resourceSpans": .array([["resource": resource, "scopeSpans": .array([scope])]])]
    }

    static func spans(_ turn: TurnRecord) -> [JSON] {
        var root = span(turn, index: 0, name: "turn", start: turn.start, end: turn.end)
        var attributes = [
            attribute("session.id", .string(turn.sessionID)), attribute("device.id", .string(turn.deviceID)),
            attribute("yuyan.turn_id", .integer(Int64(turn.turn))),
            attribute("yuyan.ending", .string(turn.ending.rawValue)),
        ]
        if let silence = turn.timeToFirstAudio {
            attributes.append(attribute("yuyan.time_to_first_audio_ms", .integer(silence.inMilliseconds)))
        }
        if let bargeIn = turn.bargeIn {
            attributes.append(attribute("yuyan.barge_in_ms", .integer(bargeIn.inMilliseconds)))
        }
        root["attributes"] = .array(attributes)
        root["events"] = .array(
            turn.moments.map { ["timeUnixNano": nanoseconds(turn, $0.time), "name": .string($0.name)] })
        root["status"] = status(turn.ending == .failed ? .error : .unset)
        let children = turn.spans.enumerated().map { index, stage in
            var child = span(turn, index: index + 1, name: stage.stage.rawValue, start: stage.start, end: stage.end)
            child["parentSpanId"] = .string(turn.traceID.span(0))
            var attributes = [attribute("yuyan.outcome", .string(stage.outcome.rawValue))]
            if let provider = stage.provider { attributes.append(attribute("yuyan.provider", .string(provider))) }
            child["attributes"] = .array(attributes)
            child["status"] = status(stage.outcome == .failed ? .error : .unset)
            return JSON.object(child)
        }
        return [.object(root)] + children
    }

    private static func span(
        _ turn: TurnRecord, index: Int, name: String, start: Duration, end: Duration
    ) -> JSONObject {
        [
            "traceId": .string(turn.traceID.text), "spanId": .string(turn.traceID.span(index)), "name": .string(name),
            "kind": kind, "startTimeUnixNano": nanoseconds(turn, start), "endTimeUnixNano": nanoseconds(turn, end),
        ]
    }

    /// 64-bit numbers are texts in this encoding.
    private static func nanoseconds(_ turn: TurnRecord, _ moment: Duration) -> JSON {
        .string(String(turn.wallClock(of: moment)))
    }

    private static func status(_ status: Status) -> JSON { ["code": .integer(Int64(status.rawValue))] }

    private static func attribute(_ key: String, _ value: JSON) -> JSON {
        let typed: JSON =
            if let number = value.integer { ["intValue": .string(String(number))] } else { ["stringValue": value] }
        return ["key": .string(key), "value": typed]
    }
}
