import Flow
import JSON
import OwnerAgent
import Synchronization
import VoiceTesting

/// One device in conversation in simulated time, and an agent of its owner.
final class House {
    let talk: SimulatedConversation
    let agent: Agent
    private let tools: [JSON]
    private var answered = 0
    /// Payloads of `tools/call` that reached the device.
    private(set) var calls: [JSON] = []
    /// What the device answers to calls; nil: nothing.
    var result: JSON? = ["content": [["type": "text", "text": "true"]]]
    /// The device drops the connection when it is called.
    var leavesWhenCalled = false

    static let id = "aa:bb:cc:dd:ee:ff"

    /// - Parameter tools: what the device lists.
    init(tools: [JSON] = []) throws {
        talk = try SimulatedConversation()
        self.tools = tools
        let clock = SessionClock(talk.simulation.clock)
        agent = Agent(
            AgentServer(
                tools: HouseTools.all(talk.directory, now: { 1_800_000_000 + clock.now.components.seconds }),
                version: "1", clock: clock))
    }

    /// Calls a tool of the house and lets time pass until it is done.
    func call(_ tool: String, _ arguments: JSON = [:], limit: Duration = .seconds(1)) -> JSON {
        let result = Mutex<JSON?>(nil)
        let server = agent.server
        talk.simulation.start {
            let agent = Agent(server)
            _ = await agent.initialize()
            let value = await agent.call(tool, arguments)
            result.withLock { $0 = value }
        }
        talk.simulation.advance(upTo: limit) {
            answerTools()
            return result.withLock { $0 != nil }
        }
        return result.withLock { $0 } ?? "no answer in time"
    }

    /// The device says hello and tells its tools, but has not listened yet.
    func connect() {
        talk.send(["type": "hello", "version": 1, "transport": "websocket", "features": ["mcp": true]])
        talk.simulation.advance(upTo: .seconds(1)) {
            answerTools()
            return answered >= 2
        }
        talk.simulation.settle()
    }

    /// Answers what the session asked over MCP, as a board does.
    private func answerTools() {
        let payloads = talk.messages("mcp").compactMap { $0.json["payload"] }
        while answered < payloads.count {
            let payload = payloads[answered]
            answered += 1
            let result: JSON?
            switch payload["method"]?.string {
            case "initialize": result = ["protocolVersion": "2024-11-05", "capabilities": ["tools": [:]]]
            case "tools/list": result = ["tools": .array(tools)]
            case "tools/call":
                calls.append(payload["params"] ?? .null)
                result = self.result
                if leavesWhenCalled { talk.device.leave() }
            default: result = nil
            }
            guard let result, let id = payload["id"] else { continue }
            talk.send(["type": "mcp", "payload": ["jsonrpc": "2.0", "id": id, "result": result]])
        }
    }
}
