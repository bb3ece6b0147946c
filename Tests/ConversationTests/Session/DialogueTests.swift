import Testing
import VoiceAPI
import VoiceTesting

@testable import Conversation

@Suite struct DialogueTests {
    private func exchange(_ id: String, calls: Int) -> [Message] {
        let calls = (0..<calls).map { ToolCall(id: "\(id)-\($0)", name: "tool", arguments: "{}") }
        return ToolExchange(calls: calls, results: calls.map { "result of \($0.id)" }).messages(after: "")
    }

    @Test func `the oldest turns are forgotten whole`() {
        var dialogue = Dialogue(limit: 6)
        for turn in 0..<4 {
            dialogue.append([.user("question \(turn)")])
            dialogue.append(exchange("\(turn)", calls: 1))
            dialogue.append([.assistant("answer \(turn)", toolCalls: [])])
        }
        #expect(
            dialogue.messages == [.user("question 3")] + exchange("3", calls: 1) + [
                .assistant("answer 3", toolCalls: [])
            ])
    }

    @Test func `a turn longer than the limit keeps its question and forgets whole rounds`() {
        var dialogue = Dialogue(limit: 6)
        dialogue.append([.user("old"), .user("question")])
        for round in 0..<5 { dialogue.append(exchange("\(round)", calls: 2)) }
        #expect(dialogue.messages == [.user("question")] + exchange("4", calls: 2))
        // Longer than the limit by itself: nothing of it can stay.
        dialogue.append(exchange("long", calls: 9))
        #expect(dialogue.messages == [.user("question")])
    }

    @Test(arguments: 0..<200)
    func `each call has its result behind it and each result its call, whatever was forgotten`(seed: Int) {
        var generator = SeededGenerator(seed: UInt64(seed))
        var dialogue = Dialogue(limit: Int.random(in: 2...12, using: &generator))
        for step in 0..<60 {
            switch Int.random(in: 0..<6, using: &generator) {
            case 0, 1: dialogue.append([.user("\(step)")])
            case 2: dialogue.append([.assistant("\(step)", toolCalls: [])])
            case 3: dialogue.keepLast(Int.random(in: 2...12, using: &generator))
            default: dialogue.append(exchange("\(step)", calls: Int.random(in: 1...4, using: &generator)))
            }
            #expect(dialogue.messages.isWellFormed)
        }
    }
}
