import Flow
import JSON
import OwnerAgent
import Synchronization
import Testing
import VoiceTesting

@Suite struct AgentServerTests {
    private struct EchoTool: AgentTool {
        let name = "echo"
        let summary = "Says it again."
        let schema: JSON = [
            "type": "object", "required": ["word"], "properties": ["word": ["type": "string", "maxLength": 8]],
        ]
        let isReadOnly = true
        func call(_ arguments: JSON) async throws(AgentToolFailure) -> JSON {
            if arguments["word"] == "fail" { throw AgentToolFailure("it is broken") }
            return ["echo": arguments["word"] ?? .null]
        }
    }

    private let simulation = Simulation()

    private func agent(limit: Int = 64, lifetime: Duration = .seconds(3600)) -> Agent {
        Agent(
            AgentServer(
                tools: [EchoTool()], version: "1.2.3", clock: SessionClock(simulation.clock), limit: limit,
                lifetime: lifetime))
    }

    @Test(arguments: [
        ("2025-06-18", "2025-06-18"), ("2025-03-26", "2025-03-26"), ("2024-11-05", "2024-11-05"),
        ("2025-11-25", "2025-06-18"), ("nonsense", "2025-06-18"),
    ])
    func `a version that is known is spoken, any other gets the latest`(wanted: String, agreed: String) async {
        let agent = agent()
        let answer = await agent.initialize(wanted)
        #expect(answer.status == 200)
        #expect(answer.body?["result"]?["protocolVersion"]?.string == agreed)
        #expect(answer.body?["result"]?["serverInfo"]?["version"] == "1.2.3")
        #expect(answer.body?["result"]?["capabilities"]?["tools"] != nil)
        #expect(answer.headers["mcp-session-id"]?.count == 32)
        let another = await agent.initialize(wanted)
        #expect(another.headers["mcp-session-id"] != answer.headers["mcp-session-id"])
    }

    @Test func `after the handshake an agent pings, lists and calls`() async {
        let agent = agent()
        _ = await agent.initialize()
        let noted = await agent.post(#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#)
        #expect(noted.status == 202)
        #expect(noted.body == nil)
        let pong = await agent.ask("ping", id: "a")
        #expect(pong.body == ["jsonrpc": "2.0", "id": "a", "result": [:]])
        let list = await agent.ask("tools/list")
        let tool = list.body?["result"]?["tools"]?[0]
        #expect(tool?["name"] == "echo")
        #expect(tool?["inputSchema"]?["required"] == ["word"])
        let result = await agent.call("echo", ["word": "hi"])
        #expect(result["isError"] == false)
        #expect(result["structuredContent"] == ["echo": "hi"])
        #expect(result.text == #"{"echo":"hi"}"#)
    }

    @Test func `a tool that fails and arguments that do not fit are told to the agent's model`() async {
        let agent = agent()
        _ = await agent.initialize()
        let broken = await agent.call("echo", ["word": "fail"])
        #expect(broken["isError"] == true)
        #expect(broken.text == "it is broken")
        let missing = await agent.call("echo")
        #expect(missing["isError"] == true)
        #expect(missing.text.contains("\"word\" is required"))
        let long = await agent.call("echo", ["word": "123456789"])
        #expect(long["isError"] == true)
        #expect(long.text.contains("at most 8 characters"))
    }

    @Test(arguments: [
        (#"{"jsonrpc":"2.0","id":1,"method":"resources/list"}"#, 200, -32601),
        (#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"none"}}"#, 200, -32602),
        (#"{"jsonrpc":"2.0","id":1,"method":"tools/call"}"#, 200, -32602),
        (#"{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":3}}"#, 200, -32602),
        (#"{"jsonrpc":"2.0","id":1,"method":"tools/list","params":{"cursor":"x"}}"#, 200, -32602),
        (#"{"jsonrpc":"1.0","id":1,"method":"ping"}"#, 400, -32600),
        (#"{"jsonrpc":"2.0","id":null,"method":"ping"}"#, 400, -32600),
        (#"{"jsonrpc":"2.0","id":1,"method":7}"#, 400, -32600),
        (#"{"jsonrpc":"2.0","id":1}"#, 400, -32600),
        (#"{"jsonrpc":"2.0","id":1,"method":"ping","params":[1]}"#, 400, -32600),
        ("7", 400, -32600), ("{", 400, -32700), ("", 400, -32700), ("[{}]", 400, -32600),
    ])
    func `a wrong message gets the right error`(body: String, status: Int, code: Int) async {
        let agent = agent()
        _ = await agent.initialize()
        let answer = await agent.post(body)
        #expect(answer.status == status)
        #expect(answer.errorCode == code)
    }

    @Test func `an error carries the id of its request, and null when that cannot be read`() async {
        let agent = agent()
        _ = await agent.initialize()
        #expect(await agent.ask("nothing", id: "x").body?["id"] == "x")
        #expect(await agent.post(#"{"jsonrpc":"1.0","id":5,"method":"ping"}"#).body?["id"] == 5)
        #expect(await agent.post("{").body?["id"] == .null)
    }

    @Test func `older revisions may send arrays, answered in order`() async {
        let agent = agent()
        _ = await agent.initialize("2025-03-26")
        let ping = #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#
        let note = #"{"jsonrpc":"2.0","method":"notifications/cancelled"}"#
        let answer = await agent.post("[\(ping),\(note),{},\(ping.replacing("1,", with: "2,"))]")
        #expect(answer.status == 200)
        #expect(answer.body?.array?.map { $0["id"] } == [1, .null, 2])
        #expect(answer.body?[1]?["error"]?["code"] == -32600)
        #expect(await agent.post("[\(note)]").status == 202)
        #expect(await agent.post("[]").errorCode == -32600)
        let many = Array(repeating: ping, count: 17).joined(separator: ",")
        #expect(await agent.post("[\(many)]").errorCode == -32600)
    }

    @Test func `without a session, or with one that is unknown, nothing is done`() async {
        let agent = agent()
        #expect(await agent.ask("ping").status == 400)
        agent.session = "00000000000000000000000000000000"
        #expect(await agent.ask("ping").status == 404)
        #expect(await agent.post("[]").status == 404)
    }

    @Test func `DELETE ends a session`() async {
        let agent = agent()
        _ = await agent.initialize()
        let goodbye = AgentRequest(method: "DELETE", headers: ["mcp-session-id": agent.session ?? ""])
        #expect(await agent.server.answer(goodbye).status == 204)
        #expect(await agent.server.answer(goodbye).status == 404)
        #expect(await agent.ask("ping").status == 404)
        #expect(await agent.server.answer(AgentRequest(method: "DELETE")).status == 400)
    }

    @Test(arguments: ["GET", "PUT", "HEAD"])
    func `there is no stream to open`(method: String) async {
        let answer = await agent().server.answer(AgentRequest(method: method))
        #expect(answer.status == 405)
        #expect(answer.headers["allow"] == "POST, DELETE")
    }

    @Test(arguments: [
        ("http://house:6274", 200), ("https://HOUSE", 200), ("http://evil.example", 403),
        ("http://house.evil.example:8003", 403), ("null", 403),
    ])
    func `a page of another host is refused`(origin: String, status: Int) async {
        let agent = agent()
        _ = await agent.initialize()
        let answer = await agent.post(#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#, headers: ["origin": origin])
        #expect(answer.status == status)
    }

    @Test func `headers that ask for what is not here are refused`() async {
        let agent = agent()
        _ = await agent.initialize()
        let ping = #"{"jsonrpc":"2.0","id":1,"method":"ping"}"#
        #expect(await agent.post(ping, headers: ["content-type": "text/plain"]).status == 415)
        #expect(await agent.post(ping, headers: ["content-type": "application/json; charset=utf-8"]).status == 200)
        #expect(await agent.post(ping, headers: ["accept": "text/event-stream"]).status == 406)
        #expect(await agent.post(ping, headers: ["accept": "*/*"]).status == 200)
        #expect(await agent.post(ping, headers: ["mcp-protocol-version": "2026-07-28"]).status == 400)
        #expect(await agent.post(ping, headers: ["mcp-protocol-version": "2025-03-26"]).status == 200)
    }

    @Test func `a quiet session expires, a used one does not`() async {
        let agent = agent(lifetime: .seconds(60))
        _ = await agent.initialize()
        let used = agent.session
        _ = await agent.initialize()
        let quiet = agent.session
        simulation.advance(by: .seconds(40))
        agent.session = used
        #expect(await agent.ask("ping").status == 200)
        simulation.advance(by: .seconds(40))
        #expect(await agent.ask("ping").status == 200)
        agent.session = quiet
        #expect(await agent.ask("ping").status == 404)
    }

    @Test func `one agent too many takes the place of the quietest`() async {
        let agent = agent(limit: 2)
        var sessions: [String?] = []
        for _ in 0..<3 {
            _ = await agent.initialize()
            sessions.append(agent.session)
            simulation.advance(by: .seconds(1))
        }
        var statuses: [Int] = []
        for session in sessions {
            agent.session = session
            statuses.append(await agent.ask("ping").status)
        }
        #expect(statuses == [404, 200, 200])
    }

    /// Works until it is cancelled, and counts.
    private final class EndlessTool: AgentTool {
        let name = "wait"
        let summary = "Waits."
        let schema: JSON = ["type": "object"]
        let isReadOnly = true
        let cancelled = Mutex(0)
        func call(_ arguments: JSON) async throws(AgentToolFailure) -> JSON {
            await Latch().wait()
            cancelled.withLock { $0 += 1 }
            return [:]
        }
    }

    /// An endless tool at work so many times for one agent; ids are 0, 1, 2…
    private func work(_ calls: Int) -> (agent: Agent, tool: EndlessTool, answers: Answers) {
        let (simulation, tool, answers) = (simulation, EndlessTool(), Answers())
        let server = AgentServer(tools: [tool], version: "1", clock: SessionClock(simulation.clock))
        let agent = Agent(server)
        shakeHands(agent)
        for id in 0..<calls { start(id, on: agent, answers) }
        return (agent, tool, answers)
    }

    private func shakeHands(_ agent: Agent) {
        let session = Mutex<String?>(nil)
        let server = agent.server
        simulation.start {
            let agent = Agent(server)
            _ = await agent.initialize()
            session.withLock { $0 = agent.session }
        }
        simulation.settle()
        agent.session = session.withLock { $0 }
    }

    private func start(_ id: Int, on agent: Agent, _ answers: Answers) {
        let (server, session) = (agent.server, agent.session)
        simulation.start {
            let agent = Agent(server)
            agent.session = session
            let answer = await agent.ask("tools/call", ["name": "wait"], id: .integer(Int64(id)))
            answers.codes.withLock { $0[id] = answer.errorCode }
        }
        simulation.settle()
    }

    private final class Answers: Sendable {
        let codes = Mutex<[Int: Int]>([:])
    }

    private func cancel(_ id: Int, on agent: Agent) {
        let (server, session) = (agent.server, agent.session)
        simulation.start {
            let agent = Agent(server)
            agent.session = session
            _ = await agent.post(
                #"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"requestId":\#(id)}}"#)
        }
        simulation.settle()
    }

    @Test func `a call that is taken back is cancelled, and no other`() {
        let (agent, tool, answers) = work(2)
        let stranger = Agent(agent.server)
        shakeHands(stranger)
        #expect(stranger.session != nil)
        cancel(1, on: stranger)
        #expect(tool.cancelled.withLock { $0 } == 0)
        cancel(1, on: agent)
        #expect(tool.cancelled.withLock { $0 } == 1)
        #expect(answers.codes.withLock { $0 } == [1: -32800])
        simulation.stop()
    }

    @Test func `calls at work are bounded, and an id serves one at a time`() {
        let (agent, _, answers) = work(32)
        #expect(answers.codes.withLock { $0 } == [:])
        start(32, on: agent, answers)
        #expect(answers.codes.withLock { $0 } == [32: -32000])
        start(7, on: agent, answers)
        #expect(answers.codes.withLock { $0[7] } == -32600)
        cancel(3, on: agent)
        start(33, on: agent, answers)
        #expect(answers.codes.withLock { $0[33] } == nil)
        simulation.stop()
    }
}
