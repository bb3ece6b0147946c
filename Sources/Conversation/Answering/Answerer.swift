package import Flow
import JSON
package import VoiceAPI

/// Gets the answer from the model and runs the tools it asks for, round after round.
package struct Answerer: Sendable {
    let model: any LanguageModel
    let tools: [any Tool]
    let clock: SessionClock
    /// How long the model may take without writing anything.
    let tokenDeadline: Duration
    /// How long one tool may run.
    let toolDeadline: Duration

    /// Rounds of tools before the model must answer without any, as in the reference.
    private static let maximumRounds = 5

    package init(
        model: any LanguageModel, tools: [any Tool], clock: SessionClock, tokenDeadline: Duration,
        toolDeadline: Duration
    ) {
        self.model = model
        self.tools = tools
        self.clock = clock
        self.tokenDeadline = tokenDeadline
        self.toolDeadline = toolDeadline
    }

    /// What happened beside the words.
    package struct Outcome: Sendable, Equatable {
        /// Tool calls and their results, to be remembered before the answer.
        package var messages: [Message] = []
        /// The conversation ends when the answer has been played.
        package var leaves = false
        /// Whether anything was said.
        package var hasText = false
    }

    /// - Parameter emit: receives the words as they come; suspends while speech is behind.
    /// - Throws: `ProviderError`, or `CancellationError` with the turn.
    package func answer(
        _ prompt: Prompt, context: ToolContext, emit: @escaping @Sendable (String) async -> Void
    ) async throws -> Outcome {
        var outcome = Outcome()
        var prompt = prompt
        for round in 0...Self.maximumRounds {
            // The last round has no tools, so that it must end in words.
            prompt.tools = round < Self.maximumRounds ? tools.map(\.description) : []
            let (text, calls) = try await ask(prompt, emit: emit)
            if !text.isEmpty { outcome.hasText = true }
            guard !calls.isEmpty else { break }

            let results = try await run(calls, context: context)
            var exchange = [Message.assistant(text, toolCalls: calls)]
            var modelMustAnswer = false
            for (call, result) in zip(calls, results) {
                switch result {
                case .speak(let words), .farewell(let words):
                    if case .farewell = result { outcome.leaves = true }
                    if !words.isEmpty {
                        outcome.hasText = true
                        await emit(words + "\n")
                    }
                    exchange.append(.tool(id: call.id, content: words))
                case .inform(let content):
                    modelMustAnswer = true
                    exchange.append(.tool(id: call.id, content: content))
                case .record(let content): exchange.append(.tool(id: call.id, content: content))
                case .failure(let reason):
                    modelMustAnswer = true
                    exchange.append(.tool(id: call.id, content: "error: \(reason)"))
                case .silent, .play, .adopt:
                    exchange.append(.tool(id: call.id, content: "done"))
                }
            }
            outcome.messages += exchange
            prompt.messages += exchange
            guard modelMustAnswer else { break }
        }
        return outcome
    }

    private func ask(
        _ prompt: Prompt, emit: @escaping @Sendable (String) async -> Void
    ) async throws -> (text: String, calls: [ToolCall]) {
        try await withProgressDeadline(tokenDeadline, clock: clock, provider: model.name, waitingFor: "answer") {
            progress in
            var text = ""
            var calls: [ToolCall] = []
            try await model.respond(to: prompt) { event in
                progress.advance()
                switch event {
                case .text(let piece):
                    text += piece
                    await progress.paused { await emit(piece) }
                case .toolCall(let call): calls.append(call)
                case .usage: break
                }
            }
            return (text, calls)
        }
    }

    /// Runs the calls side by side; results come back in the order of the calls.
    private func run(_ calls: [ToolCall], context: ToolContext) async throws -> [ToolResult] {
        try await withThrowingTaskGroup(of: (Int, ToolResult).self) { group in
            for (index, call) in calls.enumerated() {
                group.addTask { (index, try await run(call, context: context)) }
            }
            var results = [ToolResult](repeating: .silent, count: calls.count)
            for try await (index, result) in group { results[index] = result }
            return results
        }
    }

    /// A tool's failure is told to the model, which finds better words than an error message.
    private func run(_ call: ToolCall, context: ToolContext) async throws -> ToolResult {
        guard let tool = tools.first(where: { $0.description.name == call.name }) else {
            return .inform("error: there is no tool named \(call.name)")
        }
        guard let arguments = try? JSON(parsing: call.arguments), arguments.object != nil else {
            return .inform("error: the arguments are not a JSON object")
        }
        do {
            return try await withProgressDeadline(toolDeadline, clock: clock, provider: call.name, waitingFor: "result")
            { _ in try await tool.call(arguments, in: context) }
        } catch {
            try Task.checkCancellation()
            return .inform("error: \(error)")
        }
    }
}
