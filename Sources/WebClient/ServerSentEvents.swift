/// Reads a stream of server-sent events from bytes, however they were cut: LF, CRLF and CR line ends, several `data`
/// lines, comments, a byte order mark, UTF-8 characters split between chunks. Pure.
public struct ServerSentEvents: Sendable {
    /// One event.
    public struct Event: Sendable, Equatable {
        /// The `event` field; `message` when there is none.
        public var name = "message"
        public var data = ""
        public var id: String?
    }

    private var line: [UInt8] = []
    private var event = Event()
    private var dataLines: [String] = []
    private var sawCarriageReturn = false
    private var isFirstLine = true

    /// A longer line is no event but garbage; it is cut there.
    private static let longestLine = 1 << 20

    public init() {}

    /// - Returns: the events that are complete now.
    public mutating func push(_ bytes: some Sequence<UInt8>) -> [Event] {
        var events: [Event] = []
        for byte in bytes {
            switch byte {
            case 0x0A where sawCarriageReturn: sawCarriageReturn = false
            case 0x0A, 0x0D:
                sawCarriageReturn = byte == 0x0D
                if let event = endLine() { events.append(event) }
            default:
                sawCarriageReturn = false
                if line.count < Self.longestLine { line.append(byte) }
            }
        }
        return events
    }

    private mutating func endLine() -> Event? {
        if isFirstLine, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        isFirstLine = false
        defer { line.removeAll(keepingCapacity: true) }
        guard !line.isEmpty else {
            defer {
                event = Event()
                dataLines = []
            }
            guard !dataLines.isEmpty else { return nil }
            event.data = dataLines.joined(separator: "\n")
            return event
        }
        guard line[0] != UInt8(ascii: ":") else { return nil }
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        let name = String(decoding: line[..<colon], as: UTF8.self)
        var value = line[min(colon + 1, line.endIndex)...]
        if value.first == UInt8(ascii: " ") { value = value.dropFirst() }
        let text = String(decoding: value, as: UTF8.self)
        switch name {
        case "data": dataLines.append(text)
        case "event": event.name = text
        case "id": event.id = text
        default: break
        }
        return nil
    }
}
