import Testing

@testable import Conversation

@Suite struct HeardLedgerTests {
    private func ledger(_ sentences: [(String, Int)]) -> HeardLedger {
        var ledger = HeardLedger()
        for (text, milliseconds) in sentences {
            ledger.begin(text)
            ledger.sent(.milliseconds(milliseconds))
            ledger.complete()
        }
        return ledger
    }

    @Test func `everything played is everything heard`() {
        let ledger = ledger([("Hello there.", 900), ("How are you?", 900)])
        #expect(ledger.heard(unplayed: .zero).answer() == "Hello there. How are you?")
    }

    @Test func `a sentence cut in the middle counts up to its last whole word`() {
        let ledger = ledger([("One two three four five six seven eight.", 4000)])
        #expect(ledger.heard(unplayed: .milliseconds(2000)).answer() == "One two three four")
    }

    @Test func `Chinese is cut at a character`() {
        let ledger = ledger([("今天天气很好我们出去玩吧", 2400)])
        #expect(ledger.heard(unplayed: .milliseconds(1200)).answer() == "今天天气很好")
    }

    @Test func `sentences that were never played are not remembered`() {
        let ledger = ledger([("First.", 600), ("Second.", 600), ("Third.", 600)])
        #expect(ledger.heard(unplayed: .milliseconds(1200)).answer() == "First.")
        #expect(ledger.heard(unplayed: .milliseconds(1800)).answer().isEmpty)
        #expect(ledger.heard(unplayed: .seconds(60)).answer().isEmpty)
    }

    @Test func `of a sentence still being made only a share is heard`() {
        var ledger = HeardLedger()
        ledger.begin("This is quite a long sentence that the voice has not finished yet.")
        ledger.sent(.milliseconds(1000))
        let heard = ledger.heard(unplayed: .zero).answer()
        #expect(heard.hasPrefix("This is"))
        #expect(!heard.contains("finished"))
    }

    @Test func `the server's own phrases are heard but no part of the answer, and leave no space in it`() {
        var ledger = HeardLedger()
        for (text, isAnswer) in [("Let me look.", false), ("It is here.", true), ("A song", false), ("Nice.", true)] {
            ledger.begin(text, isAnswer: isAnswer)
            ledger.sent(.milliseconds(600))
            ledger.complete()
        }
        #expect(ledger.heard(unplayed: .zero).answer() == "It is here. Nice.")
        let beginning = ledger.heard(unplayed: .milliseconds(1800))
        #expect(beginning.answer().isEmpty)
        #expect(beginning.isAnything)
        #expect(!ledger.heard(unplayed: .milliseconds(2400)).isAnything)
    }

    @Test func `Chinese sentences follow each other without a space`() {
        let ledger = ledger([("你好。", 600), ("Hello.", 600), ("今天天气很好。", 600), ("出去吗？", 600)])
        #expect(ledger.heard(unplayed: .zero).answer() == "你好。 Hello. 今天天气很好。出去吗？")
    }

    @Test func `the words of each round of tools are told apart`() {
        var ledger = HeardLedger()
        for (round, text) in ["Let me look.", "One moment.", "It is here."].enumerated() {
            ledger.begin(text, round: round)
            ledger.sent(.milliseconds(600))
            ledger.complete()
        }
        let heard = ledger.heard(unplayed: .milliseconds(600))
        #expect(heard.answer { $0 == 0 } == "Let me look.")
        #expect(heard.answer { $0 >= 1 } == "One moment.")
    }
}
