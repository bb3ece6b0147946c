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
        #expect(ledger.heardText(unplayed: .zero) == "Hello there. How are you?")
    }

    @Test func `a sentence cut in the middle counts up to its last whole word`() {
        let ledger = ledger([("One two three four five six seven eight.", 4000)])
        #expect(ledger.heardText(unplayed: .milliseconds(2000)) == "One two three four")
    }

    @Test func `Chinese is cut at a character`() {
        let ledger = ledger([("今天天气很好我们出去玩吧", 2400)])
        #expect(ledger.heardText(unplayed: .milliseconds(1200)) == "今天天气很好")
    }

    @Test func `sentences that were never played are not remembered`() {
        let ledger = ledger([("First.", 600), ("Second.", 600), ("Third.", 600)])
        #expect(ledger.heardText(unplayed: .milliseconds(1200)) == "First.")
        #expect(ledger.heardText(unplayed: .milliseconds(1800)).isEmpty)
        #expect(ledger.heardText(unplayed: .seconds(60)).isEmpty)
    }

    @Test func `of a sentence still being made only a share is heard`() {
        var ledger = HeardLedger()
        ledger.begin("This is quite a long sentence that the voice has not finished yet.")
        ledger.sent(.milliseconds(1000))
        let heard = ledger.heardText(unplayed: .zero)
        #expect(heard.hasPrefix("This is"))
        #expect(!heard.contains("finished"))
    }
}
