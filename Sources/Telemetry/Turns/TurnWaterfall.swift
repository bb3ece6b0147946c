package import Conversation

/// A turn drawn for a person: one bar for each stage, on one scale of time.
package enum TurnWaterfall {
    private static let width = 40

    /// The waterfall of a turn in plain ASCII; holds nothing that was said.
    package static func render(_ report: TurnReport) -> String { render(TurnRecord(report)) }

    package static func render(_ record: TurnRecord) -> String {
        let (start, end) = (record.start, record.end)
        let whole = max(end - start, .milliseconds(1))
        var lines = [
            "turn \(record.turn)  device \(record.deviceID)  session \(record.sessionID)  \(record.ending.rawValue)"
                + "  \((end - start).inMilliseconds) ms"
        ]
        for span in record.spans {
            let from = column(span.start - start, of: whole)
            let to = max(from + 1, column(span.end - start, of: whole))
            let bar =
                String(repeating: " ", count: from) + String(repeating: "#", count: to - from)
                + String(repeating: " ", count: max(0, width - to))
            let begin = pad("\((span.start - start).inMilliseconds)", 7, left: true)
            let took = pad("\(span.duration.inMilliseconds) ms", 10, left: true)
            let note = span.outcome == .completed ? "" : "  \(span.outcome.rawValue)"
            lines.append(
                "\(pad(span.stage.rawValue, 8)) +\(begin) |\(bar)|\(took)\(span.provider.map { "  \($0)" } ?? "")\(note)"
            )
        }
        var facts = record.moments.map { "\($0.name) +\(($0.time - start).inMilliseconds)" }
        if let silence = record.timeToFirstAudio { facts.append("time_to_first_audio \(silence.inMilliseconds) ms") }
        if let added = record.serverAdded { facts.append("server_added \(added.inMilliseconds) ms") }
        if let bargeIn = record.bargeIn { facts.append("barge_in \(bargeIn.inMilliseconds) ms") }
        lines.append("  " + facts.joined(separator: ", "))
        return lines.joined(separator: "\n")
    }

    private static func column(_ time: Duration, of whole: Duration) -> Int {
        min(width - 1, max(0, Int((time.inSeconds / whole.inSeconds * Double(width)).rounded())))
    }

    private static func pad(_ text: String, _ width: Int, left: Bool = false) -> String {
        let space = String(repeating: " ", count: max(0, width - text.utf8.count))
        return left ? space + text : text + space
    }
}
