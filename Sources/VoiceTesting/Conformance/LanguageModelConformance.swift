import Synchronization
public import VoiceAPI

/// The contract of `LanguageModel`.
public enum LanguageModelConformance {
    /// - Parameters:
    ///   - question: one the model answers in words.
    ///   - word: what must be in the answer.
    public static func check(_ model: some LanguageModel, question: String, word: String) async -> ConformanceReport {
        var report = ConformanceReport()
        report.demand(!model.name.isEmpty, "it has no name")
        let prompt = Prompt(messages: [.system("You are helpful."), .user(question)])

        switch await ask(model, prompt) {
        case .returned(let answer):
            report.demand(answer.text.contains(word), "the answer lacks \(word): \(answer.text)")
            report.demand(answer.calls.isEmpty, "it calls tools that nobody offered")
        case .threw(let error): report.demand(false, "a question is an error: \(error)")
        case .hung: report.demand(false, "a question hangs it")
        }

        let answers = await withTaskGroup(of: Ending<Answer>.self) { group in
            for _ in 0..<4 { group.addTask { await ask(model, prompt) } }
            return await group.reduce(into: [Ending<Answer>]()) { $0.append($1) }
        }
        for case .returned(let answer) in answers {
            report.demand(answer.text.contains(word), "side by side the answers mix: \(answer.text)")
        }
        report.demand(
            answers.allSatisfy { if case .returned = $0 { true } else { false } }, "side by side a question fails")

        // Speech is behind: the model waits in `emit`, and the turn ends there.
        switch await withinTime(
            .seconds(2), cancelAfter: .milliseconds(300),
            { try await model.respond(to: prompt) { _ in try? await Task.sleep(for: .seconds(600)) } })
        {
        // A model whose whole answer was one event may have been done.
        case .returned: break
        case .threw(let error):
            report.demand(
                (error as? ProviderError)?.code == .cancelled, "a cancelled call throws \(error), not .cancelled")
        case .hung: report.demand(false, "a cancelled call goes on")
        }
        return report
    }

    private struct Answer: Sendable {
        var text = ""
        var calls: [ToolCall] = []
    }

    private static func ask(_ model: some LanguageModel, _ prompt: Prompt) async -> Ending<Answer> {
        await withinTime(.seconds(30)) {
            var answer = Answer()
            try await model.respond(to: prompt) { event in
                switch event {
                case .text(let text): answer.text += text
                case .toolCall(let call): answer.calls.append(call)
                case .usage: break
                }
            }
            return answer
        }
    }
}
