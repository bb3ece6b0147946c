import Flow
import JSON
import Tools
import VoiceAPI

/// What tools cost before any of them does something.
struct ToolsBench {
    /// Values of one figure.
    static let samples = 2000
    /// Measured and thrown away before.
    private static let warmUp = 200
    private let clock = ContinuousClock()

    /// From the model's call to the result of a tool that does nothing: name, arguments, schema, deadline.
    ///
    /// - Returns: microseconds.
    func dispatch() async throws -> Spread {
        let executor = ToolExecutor(registry: ToolRegistry(Self.tools(20)), clock: SessionClock(clock))
        let call = ToolCall(id: "1", name: "tool_7", arguments: #"{"place":"living room","level":50}"#)
        let context = ToolContext(deviceID: "02:00:00:00:00:0b", sessionID: "bench", language: "en")
        var values: [Double] = []
        for round in 0..<(Self.warmUp + Self.samples) {
            let start = clock.now
            let results = try await executor.run([call], in: context)
            let time = start.duration(to: clock.now)
            guard case .inform? = results.first else { throw MCPError.malformed("the tool did not run: \(results)") }
            if round >= Self.warmUp { values.append(time / .microseconds(1)) }
        }
        return Spread(values)
    }

    /// What the tools add to a turn.
    struct TurnCost {
        /// Microseconds when no tool came or went since the turn before, as nearly always.
        var kept: Spread
        /// Microseconds when all are named anew.
        var anew: Spread
        /// Microseconds to write the descriptions into a request to a model service.
        var written: Spread
    }

    func turn(tools count: Int) -> TurnCost {
        let shelf = ToolShelf(Self.tools(count))
        var session = SessionTools()
        var (kept, anew, written): ([Double], [Double], [Double]) = ([], [], [])
        for round in 0..<(Self.warmUp + Self.samples) {
            // A fresh one has nothing in mind.
            session = SessionTools()
            let first = time { session.registry(with: shelf).descriptions.count }
            let second = time { session.registry(with: shelf).descriptions.count }
            let descriptions = session.registry(with: shelf).descriptions
            let third = time { JSON.array(descriptions.map(Self.entry)).bytes.count }
            guard round >= Self.warmUp else { continue }
            anew.append(first)
            kept.append(second)
            written.append(third)
        }
        return TurnCost(kept: Spread(kept, places: 2), anew: Spread(anew), written: Spread(written))
    }

    private func time(_ work: () -> Int) -> Double {
        let start = clock.now
        let result = work()
        let time = start.duration(to: clock.now)
        // Uses the result, so that no optimizer finds the work needless.
        return result < 0 ? 0 : time / .microseconds(1)
    }

    private static func entry(_ tool: ToolDescription) -> JSON {
        [
            "type": "function",
            "function": [
                "name": .string(tool.name), "description": .string(tool.summary), "parameters": tool.parameters,
            ],
        ]
    }

    private static func tools(_ count: Int) -> [any Tool] { (0..<count).map { IdleTool(number: $0) } }
}

/// Does nothing, with a description as long as usual.
private struct IdleTool: Tool {
    let description: ToolDescription

    init(number: Int) {
        description = ToolDescription(
            name: "tool_\(number)",
            summary:
                "Changes something in one of the rooms of the house. Call it when the user wants it lighter, darker, warmer or colder there, and never by yourself.",
            parameters: [
                "type": "object", "required": ["place"],
                "properties": [
                    "place": ["type": "string", "maxLength": 64, "description": "The room, as the user calls it"],
                    "level": ["type": "integer", "minimum": 0, "maximum": 100, "description": "How much, in percent"],
                    "mode": ["type": "string", "enum": ["soft", "strong"], "description": "How to go there"],
                ],
            ])
    }

    func call(_ arguments: JSON, in context: ToolContext) async throws -> ToolResult { .inform("done") }
}
