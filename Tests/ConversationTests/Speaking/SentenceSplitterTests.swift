import Conversation
import Testing
import VoiceTesting

@Suite struct SentenceSplitterTests {
    private func split(_ text: String) -> [String] {
        var splitter = SentenceSplitter()
        return splitter.push(text) + splitter.finish()
    }

    @Test(arguments: [
        ("Hello. How are you? Fine!", ["Hello.", "How are you?", "Fine!"]),
        ("Pi is 3.14 and e is 2.718.", ["Pi is 3.14 and e is 2.718."]),
        ("It costs 1,000.50 dollars. Cheap.", ["It costs 1,000.50 dollars.", "Cheap."]),
        ("Fruit, e.g. apples. Good.", ["Fruit, e.g. apples.", "Good."]),
        ("Dr. Who met Mr. Spock. Nice.", ["Dr. Who met Mr. Spock.", "Nice."]),
        ("See https://example.com/a.b?c=1 now. Done.", ["See https://example.com/a.b?c=1 now.", "Done."]),
        ("Write to a.b@example.com. Thanks.", ["Write to a.b@example.com.", "Thanks."]),
        ("The U.S. team won. Yes.", ["The U.S. team won.", "Yes."]),
        ("first line\nsecond line\n", ["first line", "second line"]),
        ("你好。今天天气很好！出去吗？", ["你好。", "今天天气很好！", "出去吗？"]),
        ("他说：“好。”然后走了。", ["他说：“好。”", "然后走了。"]),
        ("Really?! Yes...", ["Really?!", "Yes..."]),
        ("1. Milk\n2. Bread", ["1. Milk", "2. Bread"]),
        ("Hm... well. Okay.", ["Hm...", "well.", "Okay."]),
        ("现在的时间大约是12：30分，该吃饭了。", ["现在的时间大约是12：30分，", "该吃饭了。"]),
        ("…", []), ("", []), ("  \n ", []),
    ])
    func `sentences are cut where a reader would pause`(text: String, sentences: [String]) {
        #expect(split(text) == sentences)
    }

    @Test func `the first clause goes out early`() {
        #expect(
            split("Well, of course I can do that, and gladly. Second one, too.") == [
                "Well, of course I can do that,", "and gladly.", "Second one, too.",
            ])
        #expect(split("当然可以帮你，我来看看，马上好。") == ["当然可以帮你，", "我来看看，马上好。"])
    }

    @Test func `the first clause does not end inside a date`() {
        #expect(
            split("Today is Tuesday, November 24, 2026. It is cold.") == [
                "Today is Tuesday, November 24, 2026.", "It is cold.",
            ])
        #expect(split("It will be on November 24, but I am not sure.").first == "It will be on November 24,")
        // Known as soon as the next word begins.
        var splitter = SentenceSplitter()
        #expect(splitter.push("It will be on November 24,").isEmpty)
        #expect(splitter.push(" b") == ["It will be on November 24,"])
    }

    @Test func `a chunk that holds many sentences gives them all at once`() {
        var splitter = SentenceSplitter()
        #expect(
            splitter.push("One is here. Two is here. Three is here. Fo") == [
                "One is here.", "Two is here.", "Three is here.",
            ])
    }

    @Test func `text without marks is cut at a word`() {
        let sentences = split(String(repeating: "word ", count: 100))
        #expect(sentences.count > 2)
        #expect(sentences.allSatisfy { $0.count <= 165 && $0.hasPrefix("word") && $0.hasSuffix("word") })
    }

    @Test(arguments: 60..<82) func `a long sentence is not cut inside a time`(length: Int) {
        let text = String(repeating: "话", count: length) + "21:45" + String(repeating: "话", count: 80)
        #expect(split(text).allSatisfy { !$0.hasSuffix("21:") && !$0.hasPrefix("45") })
    }

    @Test func `Chinese without marks is cut after what a voice says in one breath`() {
        let sentences = split(String(repeating: "话", count: 300))
        #expect(sentences.allSatisfy { $0.count <= 81 })
        #expect(sentences.joined().count == 300)
    }

    @Test(arguments: 0..<100)
    func `the sentences do not depend on how the text is chunked`(seed: Int) {
        let text =
            "Well, on November 24, 2026, Dr. Smith paid $3.50 for v2.0.1, i.e. not much. 他说：“你好！”然后走了。See http://a.b/c.d?e=f… Really?! Yes.\nList:\n1. one\n2. two"
        var generator = SeededGenerator(seed: UInt64(seed))
        var splitter = SentenceSplitter()
        var sentences: [String] = []
        var rest = Array(text.unicodeScalars)[...]
        while !rest.isEmpty {
            let count = min(rest.count, Int.random(in: 1...9, using: &generator))
            sentences += splitter.push(String(String.UnicodeScalarView(rest.prefix(count))))
            rest = rest.dropFirst(count)
        }
        sentences += splitter.finish()
        #expect(sentences == split(text))
        #expect(sentences.joined().filter { !$0.isWhitespace } == text.filter { !$0.isWhitespace })
    }
}
