import Testing
import VoiceTesting
import WebClient

@Suite struct ServerSentEventsTests {
    private func read(_ text: String) -> [ServerSentEvents.Event] {
        var reader = ServerSentEvents()
        return reader.push(text.utf8)
    }

    @Test(arguments: [
        ("data: a\n\n", ["a"]), ("data:a\r\n\r\n", ["a"]), ("data: a\r\rdata: b\r\r", ["a", "b"]),
        ("data: a\ndata: b\n\n", ["a\nb"]),
        (": comment\n\ndata: a\n\n", ["a"]), ("\u{FEFF}data: a\n\n", ["a"]), ("event: x\n\n", []), ("data: a", []),
        ("data\n\n", [""]),
        ("nonsense: 1\ndata: {\"x\": 1}\n\n", ["{\"x\": 1}"]),
    ])
    func `events end at a blank line`(text: String, data: [String]) {
        #expect(read(text).map(\.data) == data)
    }

    @Test func `name and id are kept for their event only`() {
        let events = read("event: endpoint\nid: 7\ndata: /x\n\ndata: y\n\n")
        #expect(events.map(\.name) == ["endpoint", "message"])
        #expect(events.map(\.id) == ["7", nil])
    }

    @Test(arguments: 0..<50)
    func `any chunking gives the same events`(seed: Int) {
        let text = "event: a\r\ndata: 你好🙂\r\n\r\n: c\ndata: x\ndata: y\n\n\rdata: z\r\r"
        var generator = SeededGenerator(seed: UInt64(seed))
        var reader = ServerSentEvents()
        var events: [ServerSentEvents.Event] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = Int.random(in: 1...4, using: &generator)
            events += reader.push(rest.prefix(count))
            rest = rest.dropFirst(count)
        }
        #expect(events == read(text))
        #expect(events.map(\.data) == ["你好🙂", "x\ny", "z"])
    }
}
