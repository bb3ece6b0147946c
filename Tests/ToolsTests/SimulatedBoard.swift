import Flow
import JSON
import Logging
import Synchronization
import Tools
import VoiceAPI
import VoiceTesting

/// A board at the other end of `DeviceMCP`, played by the test in simulated time.
final class SimulatedBoard: Sendable {
    let simulation = Simulation()
    let shelf = ToolShelf()
    private let outbox: Outbox
    private let mcp: DeviceMCP

    private final class Outbox: Sendable { let messages = Mutex<[JSON]>([]) }

    init(vision: DeviceMCP.Vision? = nil) {
        let outbox = Outbox()
        self.outbox = outbox
        mcp = DeviceMCP(
            shelf: shelf, vision: vision, clock: SessionClock(simulation.clock),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            send: { message in outbox.messages.withLock { $0.append(message) } })
    }

    /// What the server has sent so far.
    var received: [JSON] { outbox.messages.withLock { $0 } }
    var last: JSON { received.last ?? [:] }
    var tools: [String] { shelf.tools.map(\.description.name) }

    /// The server shakes hands.
    func open() {
        let mcp = mcp
        simulation.start { await mcp.run() }
        simulation.settle()
    }

    func close() { mcp.close() }

    func say(_ message: JSON) {
        let mcp = mcp
        simulation.start { await mcp.receive(message) }
        simulation.settle()
    }

    /// Answers the last request.
    func answer(_ result: JSON) {
        say(["jsonrpc": "2.0", "id": last["id"] ?? .null, "result": result])
    }

    /// Answers the handshake and the list.
    func offer(_ tools: [JSON]) {
        open()
        answer(["protocolVersion": "2024-11-05"])
        answer(["tools": .array(tools)])
    }

    /// Calls a tool; the result comes when the board answers.
    func call(_ name: String, _ arguments: JSON = [:]) -> CallOutcome {
        let outcome = CallOutcome()
        let tool = shelf.tools.first { $0.description.name == name }
        simulation.start {
            do { outcome.set("\(try await tool?.call(arguments, in: .test) ?? .failure("no tool"))") } catch {
                outcome.set("thrown: \(error)")
            }
        }
        simulation.settle()
        return outcome
    }
}

/// What a call gave, once it has.
final class CallOutcome: Sendable {
    private let text = Mutex<String?>(nil)
    var value: String? { text.withLock { $0 } }
    func set(_ text: String) { self.text.withLock { $0 = text } }
}
