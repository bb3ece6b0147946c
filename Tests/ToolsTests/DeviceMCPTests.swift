import JSON
import Testing
import Tools
import VoiceAPI
import VoiceTesting

/// The MCP of a board, statements 35 to 38.
@Suite struct DeviceMCPTests {
    private func tool(_ name: String) -> JSON {
        ["name": .string(name), "description": "A test.", "inputSchema": ["type": "object"]]
    }

    @Test func `the handshake names the old version and where photos go`() {
        let board = SimulatedBoard(vision: .init(url: "http://h/vision", token: "t-1"))
        board.open()
        let first = board.last
        #expect(first["method"]?.string == "initialize")
        #expect(first["params"]?["protocolVersion"]?.string == "2024-11-05")
        let vision = first["params"]?["capabilities"]?["vision"]
        #expect(vision?["url"]?.string == "http://h/vision" && vision?["token"]?.string == "t-1")
        board.answer(["protocolVersion": "2024-11-05"])
        // No `initialized` in between: boards do not know it.
        #expect(board.received.map { $0["method"]?.string } == ["initialize", "tools/list"])
        #expect(board.last["params"]?["withUserTools"]?.bool == true)
        board.simulation.stop()

        let blind = SimulatedBoard()
        blind.open()
        #expect(blind.last["params"]?["capabilities"]?["vision"] == nil)
        blind.simulation.stop()
    }

    @Test func `a board that was busy at first is asked again`() {
        let board = SimulatedBoard()
        board.open()
        board.simulation.advance(by: .seconds(60))
        let handshakes = board.received.count { $0["method"]?.string == "initialize" }
        #expect(handshakes > 1 && handshakes <= 4)
        board.answer(["protocolVersion": "2024-11-05"])
        board.answer(["tools": [tool("one")]])
        #expect(board.tools == ["one"])
        board.simulation.stop()
    }

    @Test func `statement 36: pages are followed until there is no cursor`() {
        let board = SimulatedBoard()
        board.open()
        board.answer(["protocolVersion": "2024-11-05"])
        #expect(board.last["params"]?["cursor"] == nil)
        board.answer(["tools": [tool("one"), tool("two")], "nextCursor": "two"])
        #expect(board.last["params"]?["cursor"]?.string == "two")
        #expect(board.tools.isEmpty)
        board.answer(["tools": [tool("two"), tool("three"), ["description": "no name"], 7], "nextCursor": ""])
        #expect(board.tools == ["one", "two", "three"])
        board.simulation.stop()
    }

    @Test func `a list without end is cut`() {
        let board = SimulatedBoard()
        board.open()
        board.answer(["protocolVersion": "2024-11-05"])
        for page in 0..<100 where board.tools.isEmpty {
            board.answer([
                "tools": .array((0..<10).map { tool("t\(page)-\($0)") }), "nextCursor": .string("p\(page)"),
            ])
        }
        #expect(board.received.count == 1 + 64)
        #expect(board.tools.count == 256)
        board.simulation.stop()
    }

    @Test func `statement 35: ids are unique positive int32 numbers`() {
        let board = SimulatedBoard()
        board.offer([tool("one")])
        let calls = (0..<50).map { _ in board.call("one") }
        let ids = board.received.compactMap { $0["id"]?.integer }
        #expect(ids.count == board.received.count && Set(ids).count == ids.count)
        #expect(ids.allSatisfy { (1...Int(Int32.max)).contains($0) })
        #expect(calls.allSatisfy { $0.value == nil })
        board.simulation.stop()
    }

    @Test func `statement 37: a call without answer fails after 30 s, and a late result is dropped`() {
        let board = SimulatedBoard()
        board.offer([tool("one")])
        let late = board.call("one")
        let id = board.last["id"] ?? .null
        board.simulation.advance(by: .milliseconds(29_999))
        #expect(late.value == nil)
        board.simulation.advance(by: .milliseconds(1))
        #expect(late.value?.contains("no answer to tools/call in time") == true)
        board.say(["id": id, "result": ["content": [["type": "text", "text": "late"]]]])
        // The session goes on, and the late result answers no other call.
        let next = board.call("one")
        #expect(next.value == nil)
        board.answer(["content": [["type": "text", "text": "in time"]]])
        #expect(next.value == #"inform("in time")"#)
        board.simulation.stop()
    }

    @Test func `statement 38: an error without code fails its call`() {
        let board = SimulatedBoard()
        board.offer([tool("one")])
        let call = board.call("one")
        let other = board.call("one")
        let id = (board.received.last?["id"]?.integer ?? 0) - 1
        board.say(["jsonrpc": "2.0", "id": .integer(Int64(id)), "error": ["message": "Unknown tool"]])
        #expect(call.value == "thrown: Unknown tool")
        #expect(other.value == nil)
        board.simulation.stop()
    }

    @Test func `answers are matched by id, a second one to the same id and foreign ones are dropped`() {
        let board = SimulatedBoard()
        board.offer([tool("one")])
        let first = board.call("one")
        let firstID = board.last["id"] ?? .null
        let second = board.call("one")
        board.answer(["content": [["type": "text", "text": "second"]]])
        for id: JSON in [firstID, firstID, 0, -1, 4_294_967_297, "1", .null, 99_999] {
            board.say(["id": id, "result": ["content": [["type": "text", "text": .string("for \(id)")]]]])
        }
        for garbage: JSON in [[], 7, "x", [[[]]], [:], ["id": 1], ["method": 5]] { board.say(garbage) }
        #expect(first.value == #"inform("for \#(firstID)")"#)
        #expect(second.value == #"inform("second")"#)
        board.simulation.stop()
    }

    @Test func `list_changed lists anew, a flood of it once`() {
        let board = SimulatedBoard()
        board.offer([tool("one")])
        let before = board.received.count
        for _ in 0..<1000 { board.say(["jsonrpc": "2.0", "method": "notifications/tools/list_changed"]) }
        #expect(board.received.count == before + 1)
        board.answer(["tools": [tool("two")]])
        #expect(board.tools == ["two"])
        // One mark was kept while the list was under way: one more list, then quiet.
        #expect(board.received.count <= before + 2)
        board.simulation.stop()
    }

    @Test func `tools for the owner are kept from the model`() {
        let board = SimulatedBoard()
        board.offer([
            tool("volume"),
            ["name": "reboot", "inputSchema": ["type": "object"], "annotations": ["audience": ["user"]]],
        ])
        #expect(ToolRegistry(board.shelf.tools).descriptions.map(\.name) == ["volume"])
        #expect(ToolRegistry(board.shelf.tools, for: .owner)["reboot"] != nil)
        board.simulation.stop()
    }

    @Test func `when the board leaves, open calls fail and its tools are gone`() {
        let board = SimulatedBoard()
        board.offer([tool("one")])
        let call = board.call("one")
        board.close()
        board.simulation.settle()
        #expect(call.value?.contains("the device left") == true)
        #expect(board.tools.isEmpty)
        board.simulation.stop()
    }

    @Test(arguments: [
        (#"{"content":[{"type":"text","text":"true"}]}"#, #"inform("true")"#),
        (#"{"content":[{"type":"text","text":"no"}],"isError":true}"#, #"failure("no")"#),
        (
            #"{"content":[{"type":"text","text":"{\"action\":\"RESPONSE\",\"response\":\"Done.\"}"}]}"#,
            #"speak("Done.")"#
        ),
        (#"{"content":[{"type":"image","data":"AAAA"}]}"#, #"inform("[image]")"#), ("{}", #"inform("done")"#),
    ])
    func `a result becomes what the conversation does with it`(result: String, words: String) throws {
        let board = SimulatedBoard()
        board.offer([tool("one")])
        let call = board.call("one")
        board.answer(try JSON(parsing: result))
        #expect(call.value == words)
        board.simulation.stop()
    }
}
