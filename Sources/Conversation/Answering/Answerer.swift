import Flow
import JSON
import Synchronization
import Tools
package import VoiceAPI

/// Gets the answer from the model and runs the tools it asks for, round after round.
package struct Answerer: Sendable {
    let model: any LanguageModel
    let intent: IntentMode
    let registry: ToolRegistry
    let executor: ToolExecutor
    let clock: SessionClock
    /// How long the model may take without writing anything.
    let tokenDeadline: Duration
    /// Said when a tool takes longer than `after`; nil: silence.
    let filler: (words: String, after: Duration)?

    /// Rounds of tools before the model must answer without any, as in the reference.
    private static let maximumRounds = 5

    /// - Parameter emit: receives what the answer is made of as it comes; suspends while speech is behind.
    /// - Throws: `ProviderError`, or `CancellationError` with the turn.
    package func answer(
        _ prompt: Prompt, context: ToolContext, emit: @escaping @Sendable (AnswerPiece) async -> Void
    ) async throws {
        var prompt = prompt
        if case .classifier(let classifier) = intent {
            let calls = try await classify(prompt, with: classifier)
            await emit(.understood)
            if !calls.isEmpty {
                guard try await run(calls, text: "", &prompt, context, emit: emit) else { return }
            }
        }
        for round in 0...Self.maximumRounds {
            // The last round has no tools, so that it must end in words.
            let mayCall = round < Self.maximumRounds && intent.offersTools
            prompt.tools = mayCall ? registry.descriptions : []
            let (text, calls) = try await ask(prompt, emit: emit)
            guard !calls.isEmpty, mayCall else { break }
            guard try await run(calls, text: text, &prompt, context, emit: emit) else { break }
        }
    }

    // MARK: - The model

    private func ask(
        _ prompt: Prompt, emit: @escaping @Sendable (AnswerPiece) async -> Void
    ) async throws -> (text: String, calls: [ToolCall]) {
        try await withProgressDeadline(tokenDeadline, clock: clock, provider: model.name, waitingFor: "answer") {
            progress in
            var parser = ToolCallText()
            var text = ""
            var calls: [ToolCall] = []
            func take(_ pieces: [ToolCallText.Piece]) async {
                for piece in pieces {
                    switch piece {
                    case .words(let words):
                        text += words
                        await progress.paused { await emit(.words(words)) }
                    case .call(let name, let arguments):
                        calls.append(ToolCall(id: "text-\(calls.count)", name: name, arguments: arguments))
                    }
                }
            }
            try await model.respond(to: prompt) { event in
                progress.advance()
                switch event {
                case .text(let piece): await take(parser.push(piece))
                case .toolCall(let call): calls.append(call)
                case .usage: break
                }
            }
            await take(parser.finish())
            return (text, Self.withUniqueIDs(calls))
        }
    }

    private func classify(_ prompt: Prompt, with model: any LanguageModel) async throws -> [ToolCall] {
        guard !registry.isEmpty else { return [] }
        let classifier = IntentClassifier(model: model)
        let question = classifier.prompt(for: prompt, tools: registry.descriptions)
        do {
            return try await withProgressDeadline(
                tokenDeadline, clock: clock, provider: model.name, waitingFor: "intent"
            ) { progress in
                var answer = ""
                try await model.respond(to: question) { event in
                    progress.advance()
                    if case .text(let piece) = event, answer.utf8.count < 16_384 { answer += piece }
                }
                return IntentClassifier.calls(in: answer)
            }
        } catch {
            // Without the classifier a person can still talk.
            try Task.checkCancellation()
            return []
        }
    }

    /// Some models give every call the same id; a result must find its call.
    private static func withUniqueIDs(_ calls: [ToolCall]) -> [ToolCall] {
        var seen: Set<String> = []
        return calls.enumerated().map { index, call in
            var call = call
            if call.id.isEmpty || !seen.insert(call.id).inserted {
                call.id = "\(call.id)#\(index)"
                seen.insert(call.id)
            }
            return call
        }
    }

    // MARK: - The tools

    /// Runs one round of tools and adds it to the prompt.
    ///
    /// - Returns: whether the model must be asked again.
    private func run(
        _ calls: [ToolCall], text: String, _ prompt: inout Prompt, _ context: ToolContext,
        emit: @escaping @Sendable (AnswerPiece) async -> Void
    ) async throws -> Bool {
        await emit(.calling)
        let results = try await withFiller(unless: !text.isEmpty, emit: emit) {
            try await executor.run(calls, in: context)
        }
        let exchange = ToolExchange(calls: calls, results: results.map(\.content))
        prompt.messages += exchange.messages(after: text)
        await emit(.exchange(exchange))
        for result in results {
            switch result {
            case .speak(let words): await say(words, emit)
            case .farewell(let words):
                await emit(.leave)
                await say(words, emit)
            case .play(let track, let words):
                await say(words, emit)
                await emit(.track(track))
            case .adopt(let persona, let words):
                await emit(.persona(persona))
                await say(words, emit)
            case .inform, .failure, .record, .silent: break
            }
        }
        return results.contains { $0.isForModel }
    }

    private func say(_ words: String, _ emit: @Sendable (AnswerPiece) async -> Void) async {
        if !words.isEmpty { await emit(.words(words + "\n")) }
    }

    private func withFiller<Result: Sendable>(
        unless hasSpoken: Bool, emit: @escaping @Sendable (AnswerPiece) async -> Void,
        _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        guard let filler, !hasSpoken else { return try await work() }
        let clock = clock
        return try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                try await clock.sleep(for: filler.after)
                await emit(.filler(filler.words))
                return nil
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }
}

extension ToolResult {
    /// What the model is told of it.
    fileprivate var content: String {
        switch self {
        case .speak(let words), .farewell(let words), .inform(let words), .record(let words), .adopt(_, let words):
            words
        case .failure(let reason): "error: \(reason)"
        case .play(let track, _): "playing \(track.title)"
        case .silent: "done"
        }
    }

    /// The model makes the answer of it.
    fileprivate var isForModel: Bool {
        switch self {
        case .inform, .failure: true
        case .speak, .farewell, .record, .silent, .play, .adopt: false
        }
    }
}

extension IntentMode {
    fileprivate var offersTools: Bool { if case .functionCall = self { true } else { false } }
}
