package import Flow
import JSON
package import VoiceAPI

/// Runs what the model asked for, side by side, each call within its time.
///
/// Whatever goes wrong becomes a `.failure` for the model; only the end of the turn is thrown.
package struct ToolExecutor: Sendable {
    private let registry: ToolRegistry
    private let clock: SessionClock
    private let defaultTimeout: Duration
    private let jobs: ToolJobs?
    private let onCall: @Sendable (ToolTiming) -> Void

    /// Text of a result the model gets at most, in characters; more costs tokens and patience.
    package static let longestResult = 16_000
    /// Calls of one round; a model that asks for more is told so.
    package static let callsPerRound = 16

    /// - Parameters:
    ///   - defaultTimeout: for tools that name none.
    ///   - jobs: owns the calls that may not be interrupted; without it they end with the turn as all others.
    ///   - onCall: told about every call when it is over; must not block.
    package init(
        registry: ToolRegistry, clock: SessionClock, defaultTimeout: Duration = .seconds(30), jobs: ToolJobs? = nil,
        onCall: @escaping @Sendable (ToolTiming) -> Void = { _ in }
    ) {
        self.registry = registry
        self.clock = clock
        self.defaultTimeout = defaultTimeout
        self.jobs = jobs
        self.onCall = onCall
    }

    /// - Returns: the results in the order of the calls.
    /// - Throws: `CancellationError` with the turn.
    package func run(_ calls: [ToolCall], in context: ToolContext) async throws -> [ToolResult] {
        try await withThrowingTaskGroup(of: (Int, ToolResult).self) { group in
            for (index, call) in calls.enumerated() {
                group.addTask { (index, try await timed(call, at: index, in: context)) }
            }
            var results = [ToolResult](repeating: .silent, count: calls.count)
            for try await (index, result) in group { results[index] = result }
            return results
        }
    }

    private func timed(_ call: ToolCall, at index: Int, in context: ToolContext) async throws -> ToolResult {
        let tool = registry[call.name]
        var timing = ToolTiming(
            name: tool == nil ? "unknown" : call.name, source: tool?.policy.source, start: clock.now, end: nil)
        defer { onCall(timing) }
        let result = try await run(call, at: index, in: context)
        timing.end = clock.now
        if case .failure = result { timing.isFailed = true }
        return result
    }

    private func run(_ call: ToolCall, at index: Int, in context: ToolContext) async throws -> ToolResult {
        guard index < Self.callsPerRound else {
            return .failure("too many calls at once; at most \(Self.callsPerRound) are run")
        }
        guard let tool = registry[call.name] else { return .failure("there is no tool named \(call.name.prefix(64))") }
        guard let parsed = Self.parse(call.arguments) else {
            return .failure("the arguments are not a JSON object")
        }
        let arguments: JSON
        do {
            arguments = try SchemaValidator.check(parsed, against: tool.description.parameters)
        } catch {
            return .failure("wrong arguments: \(error)")
        }
        let policy = tool.policy
        let clock = clock
        let limit = policy.timeout ?? defaultTimeout
        let name = call.name
        let work: @Sendable () async throws -> ToolResult = {
            try await withProgressDeadline(limit, clock: clock, provider: name, waitingFor: "result") { _ in
                try await tool.call(arguments, in: context)
            }
        }
        do {
            if !policy.isInterruptible, let jobs { return try await jobs.run(work).capped }
            return try await work().capped
        } catch {
            try Task.checkCancellation()
            return .failure(String("\(error)".prefix(Self.longestResult)))
        }
    }

    /// An empty text is an empty object; two objects side by side (some models stutter) are merged.
    private static func parse(_ text: String) -> JSON? {
        if text.allSatisfy(\.isWhitespace) { return [:] }
        if let json = try? JSON(parsing: text) { return json.object.map(JSON.object) }
        var merged = JSONObject()
        var rest = text[...]
        while let end = rest.firstIndex(of: "}") {
            guard let part = try? JSON(parsing: String(rest[...end])), let object = part.object else { return nil }
            for member in object { merged[member.key] = member.value }
            rest = rest[rest.index(after: end)...].drop { $0.isWhitespace }
        }
        return rest.isEmpty && !text.isEmpty ? .object(merged) : nil
    }
}

extension ToolResult {
    /// With the text cut to what a model should get.
    var capped: ToolResult {
        func cut(_ text: String) -> String {
            guard text.utf8.count > ToolExecutor.longestResult else { return text }
            let kept = text.prefix(ToolExecutor.longestResult)
            return kept.endIndex == text.endIndex ? text : "\(kept)\n[the result was longer and is cut here]"
        }
        switch self {
        case .speak(let text): return .speak(cut(text))
        case .farewell(let text): return .farewell(cut(text))
        case .inform(let text): return .inform(cut(text))
        case .record(let text): return .record(cut(text))
        case .failure(let text): return .failure(cut(text))
        case .silent, .play, .adopt: return self
        }
    }
}
